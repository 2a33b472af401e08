package io.pvroute.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.pvroute.runner.RunningPage;
import org.junit.jupiter.api.Test;

/** Words of a logger are words on the page, whatever a browser could make of them. */
class HostilePageTest {

    private static final String HOSTILE = "answered '<img src=x onerror=\"document.title = 1\"><script>document.title = 2</script></td>&lt;b&gt;' to this";

    @Test
    void whatALoggerSaysIsShownAndNotRun() {
        Path chromium = Browser.installed().orElse(null);
        assumeTrue(chromium != null, "There is no Chromium on this computer; -Dchromium names one.");
        try (var scenes = new Scenes()) {
            // Given a site that is down, with a window that is dead, both for reasons that hold what a logger sent
            scenes.site("barn", 1, 40, 3);
            scenes.sql.update("UPDATE pv_site SET down_since = now() - interval '1 hour', error = ?, next_request_at = 'infinity'", HOSTILE);
            scenes.sql.update("UPDATE pv_window SET state = 'dead', attempts = 7, failed_at = now() - interval '1 hour', last_failed_at = now(), error = ? "
                    + "WHERE starts_at = (SELECT min(starts_at) FROM pv_window)", HOSTILE);

            // When the page is opened
            try (var runner = new RunningPage(Map.of("db.url", scenes.database.url(), "db.pool", "4")); var browser = new Browser(chromium)) {
                Page page = browser.open(runner.url(), 1440, 900, ColorScheme.LIGHT);

                // Then the words are there as they are, and nothing else came of them
                assertThat(page.locator("#sites-rows")).containsText(HOSTILE.substring(1));
                assertThat(page.locator("#dead-letters")).containsText(HOSTILE.substring(1));
                assertThat(page.locator("img[src=x]")).hasCount(0);
                assertThat(page.title()).isNotIn("1", "2");
                assertThat(browser.complaints()).isEmpty();
                assertThat(browser.elsewhere()).isEmpty();
                page.close();
            }
        }
    }
}
