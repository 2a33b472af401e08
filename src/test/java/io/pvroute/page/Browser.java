package io.pvroute.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;

/** The Chromium of this computer, without a window; it gathers what its console says of a page. */
final class Browser implements AutoCloseable {

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<String> elsewhere = new ArrayList<>();

    Browser(Path executable) {
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(List.of("--no-sandbox")));
    }

    /** {@code -Dchromium=…}, else where the distributions put it. */
    static Optional<Path> installed() {
        return Stream.of(System.getProperty("chromium", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .filter(path -> !path.isEmpty()).map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** A page that the runner at the URL serves, drawn with its answers. */
    Page open(String url, int width, int height, ColorScheme colors) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(width, height)
                .setColorScheme(colors).setLocale("en-GB").setTimezoneId("Europe/Vienna"));
        contexts.add(context);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (!message.type().equals("log") && !message.type().equals("info")) {
                complaints.add(message.type() + ": " + message.text());
            }
        });
        page.onPageError(complaints::add);
        String origin = url.replaceAll("(https?://[^/]+/).*", "$1");
        page.onRequest(request -> {
            if (!request.url().startsWith(origin)) {
                elsewhere.add(request.url());
            }
        });
        page.navigate(url);
        page.waitForSelector("#live.live.live");
        return page;
    }

    /** What the console said since the last page was left. */
    List<String> complaints() {
        return complaints;
    }

    /** Requests to another origin than that of the page. */
    List<String> elsewhere() {
        return elsewhere;
    }

    /** Closes the pages, and forgets what was said. */
    void leave() {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        complaints.clear();
        elsewhere.clear();
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
