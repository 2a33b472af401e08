package io.pvroute.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.pvroute.runner.RunningPage;
import io.pvroute.simulator.Equipment;
import io.pvroute.simulator.Plant;
import io.pvroute.simulator.Quirk;
import io.pvroute.simulator.Simulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page as a person has it, in a real browser: what it shows, how it is walked through, and what it says when something is wrong. */
class PageTest {

    private static final LocatorAssertions.ContainsTextOptions SOON = new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

    private static Browser browser;
    private static Scenes scenes;
    private static RunningPage runner;

    @BeforeAll
    static void open() {
        Path chromium = Browser.installed().orElse(null);
        assumeTrue(chromium != null, "There is no Chromium on this computer; -Dchromium names one.");
        scenes = new Scenes();
        scenes.site("barn", 1, 500, 9);
        scenes.site("school", 5, 800, 9);
        scenes.readings("annex", 3, 9);
        scenes.sql.execute("""
                DELETE FROM pv_power_flow
                 WHERE ts AT TIME ZONE 'Europe/Vienna' >= (now() AT TIME ZONE 'Europe/Vienna')::date - 5
                   AND ts AT TIME ZONE 'Europe/Vienna' < (now() AT TIME ZONE 'Europe/Vienna')::date - 4 + interval '12 hours'""");
        scenes.sql.execute("DELETE FROM pv_day_total WHERE site = 'annex'");
        scenes.sql.execute("SELECT pv_total_days('annex', '-infinity', 'infinity')");
        scenes.sql.execute("UPDATE pv_site SET down_since = now() - interval '29 hours', error = 'the logger refuses the connection' WHERE site = 'school'");
        scenes.sql.execute("""
                UPDATE pv_window SET state = 'dead', attempts = 7, failed_at = now() - interval '29 hours', retry_at = now() + interval '3 hours',
                       error = 'the answer ended in the middle of a value'
                 WHERE site = 'school' AND starts_at = pv_window_start(now() - interval '200 days')""");
        scenes.sql.execute("UPDATE pv_window SET state = 'empty', inserted = 0 WHERE site = 'school' AND starts_at = pv_window_start(now() - interval '300 days')");
        scenes.sql.execute("DELETE FROM pv_window WHERE site = 'school' AND starts_at < now() - interval '750 days'");
        runner = new RunningPage(Map.of("db.url", scenes.database.url(), "db.pool", "4"));
        browser = new Browser(chromium);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            runner.close();
            scenes.close();
        }
    }

    @AfterEach
    void leave() {
        if (browser != null) {
            browser.leave();
        }
    }

    @Test
    void itShowsWhatTheRunnerReadsAndOpensADayFromTheYear() {
        // Given the demo's plant with 40 days of history, read by the routes
        Clock clock = Clock.systemUTC();
        try (var own = new Scenes();
                var simulator = new Simulator(Plant.demo(clock), clock).start(0);
                var reading = new RunningPage(Map.of("db.url", own.database.url(), "site.demo", simulator.url(), "site.demo.zone", "Europe/Vienna",
                        "site.demo.since", "40d", "archive.period", "1m"))) {
            // When the page is opened while it reads
            Page page = browser.open(reading.url(), 1440, 900, ColorScheme.LIGHT);

            // Then it comes to show all of it without being asked
            assertThat(page.locator("#coverage-sum")).containsText(Pattern.compile("[34] windows of 16 days: [23] loaded, [12] open"), SOON);
            assertThat(row(page, "demo").locator(".state")).containsText("up", SOON);
            double month = own.sql.queryForObject("""
                    SELECT sum(produced_wh) / 1000 FROM pv_day
                     WHERE day >= date_trunc('year', now() AT TIME ZONE 'Europe/Vienna')""", Double.class);
            assertThat(row(page, "demo").locator(".year")).containsText(figure(month), SOON);
            assertThat(page.locator("#writes tr")).hasCount(own.sql.queryForObject("SELECT count(*) FROM pv_window", Integer.class));

            // When a day of the year is clicked, the curve is that day's
            Locator day = page.locator("#year-cells [data-key]:not(.none)").first();
            String date = day.getAttribute("data-key");
            day.click();
            assertThat(page.locator("#date")).hasValue(date);
            assertThat(page.locator("#curve-sum")).containsText("kWh", SOON);
            assertThat(page.url()).contains("day=" + date);
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.elsewhere()).isEmpty();
            page.close();
        }
    }

    @Test
    void aSiteWithoutAnArchiveShowsItsPowersAndHowMuchOfEachDayIsRead() {
        Page page = browser.open(runner.url() + "#site=annex", 1440, 900, ColorScheme.LIGHT);

        // Its line, where another has no present to tell
        assertThat(row(page, "annex").locator(".state")).containsText("no archive: realtime alone");
        assertThat(row(page, "annex").locator(".grid .hint")).hasText(Pattern.compile("bought|fed in|"));
        assertThat(row(page, "annex").locator(".load .unit")).hasText(Pattern.compile("k?W"));
        assertThat(row(page, "annex").locator(".battery .unit")).hasText("%");
        assertThat(row(page, "barn").locator(".load .value")).hasText("–");

        // The curves of a whole day, and what they say at noon
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Day before")).click();
        assertThat(page.locator("#curve-key li")).hasText(new String[] {"PV", "Load", "Grid (below 0: fed in)", "Battery (below 0: charging)"});
        page.locator("#plot").hover();
        assertThat(page.locator("#readout")).hasText(Pattern.compile("\\d\\d:\\d\\d · PV .+W · Load .+W · Grid .+W · Battery .+W · \\d+\\u00a0%"));

        // No windows, but days: those of which nothing is read, and those around of which a part is
        assertThat(page.locator("#coverage-key")).hasText("wholein partnothing");
        assertThat(page.locator("#coverage-sum")).containsText(Pattern.compile("^10 days: [67] whole, [23] in part, 1 nothing$"));
        assertThat(page.locator("#window")).hasText("The logger has no archive: what it told while nobody asked cannot be had.");
        Locator none = page.locator("#coverage-cells .cell.owed");
        assertThat(none).hasAttribute("aria-label", Pattern.compile("nothing read"));
        assertThat(page.locator("#coverage-cells .cell.loaded").first()).hasAttribute("aria-label", Pattern.compile("read in 2\\d\\d of 288 steps"));

        // A day that is clicked is shown; the other site has its windows again
        none.click();
        assertThat(page.locator("#date")).hasValue(none.getAttribute("data-key"));
        row(page, "barn").locator("button").click();
        assertThat(page.locator("#coverage-sum")).containsText("windows of 16 days");
        assertThat(page.locator("#coverage-key")).hasText("loadedopendeademptyowed");
        assertThat(page.locator("#window")).isEmpty();
        assertThat(page.locator("#coverage-title")).hasText("Coverage");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aGen24IsShownAsItIsWhileItIsRead() {
        // Given a GEN24 with a battery, which a runner reads in realtime
        Clock clock = Clock.systemUTC();
        try (var own = new Scenes();
                var gen24 = new Simulator(Plant.demo(clock).with(Equipment.GEN24), clock).start(0);
                var reading = new RunningPage(Map.of("db.url", own.database.url(), "site.gen", gen24.url(), "site.gen.zone", "Europe/Vienna",
                        "site.gen.realtime", "1s", "realtime.pause", "0s", "realtime.tick", "100ms"))) {
            // When the page is opened
            Page page = browser.open(reading.url(), 1440, 900, ColorScheme.LIGHT);

            // Then it tells what the logger tells, and owes nothing
            assertThat(row(page, "gen").locator(".state")).hasText(Pattern.compile("up\\s*no archive: realtime alone"), new LocatorAssertions.HasTextOptions().setTimeout(30_000));
            assertThat(row(page, "gen").locator(".newest")).containsText("sec", SOON);
            assertThat(row(page, "gen").locator(".battery .unit")).hasText("%");
            assertThat(page.locator("#coverage-sum")).hasText(Pattern.compile("1 day: 1 (in part|whole)"), new LocatorAssertions.HasTextOptions().setTimeout(30_000));
            assertThat(page.locator("#writes tr").first()).containsText("now: ");
            assertThat(page.locator("#writes tr").first()).containsText("power flow");
            assertThat(page.locator("#dead-sum")).hasText("none");
            assertThat(browser.complaints()).isEmpty();

            // And when its Solar API is switched off, it says so, and where to switch it on
            gen24.quirks(Quirk.API_OFF);
            assertThat(row(page, "gen").locator(".state")).containsText("down since", SOON);
            assertThat(row(page, "gen").locator(".state")).containsText("Solar API is switched off");
            page.close();
        }
    }

    @Test
    void aDeadWindowIsReadWhenItIsTriedAgainAndTheCellTurns() {
        // Given a site whose logger answers again, and a window that would wait for a day
        Clock clock = Clock.systemUTC();
        try (var own = new Scenes(); var simulator = new Simulator(Plant.demo(clock), clock).start(0)) {
            own.sql.execute("SELECT scene_site('home', 1, now() - interval '60 days')");
            own.sql.execute("UPDATE pv_window SET loaded_through = now() WHERE state = 'open'");
            own.sql.execute("""
                    UPDATE pv_window SET state = 'dead', attempts = 4, failed_at = now(), retry_at = now() + interval '1 day', error = 'it was too much'
                     WHERE starts_at = pv_window_start(now() - interval '40 days')""");
            own.sql.execute("UPDATE pv_site SET next_request_at = '-infinity'");
            try (var reading = new RunningPage(Map.of("db.url", own.database.url(), "site.home", simulator.url(), "archive.period", "1d"))) {
                Page page = browser.open(reading.url() + "#site=home", 1440, 900, ColorScheme.LIGHT);
                Locator dead = page.locator("#coverage-cells .cell.dead");
                assertThat(dead).hasCount(1);

                // When it is opened, it says why; when the button is pressed, it is read
                dead.click();
                assertThat(page.locator("#window")).containsText("is dead: it was too much. 4 attempts since");
                page.locator("#window").getByRole(AriaRole.BUTTON).click();

                // Then, by itself, the page shows the rows
                assertThat(page.locator("#window")).containsText("is loaded: read", SOON);
                assertThat(dead).hasCount(0);
                assertThat(page.locator("#dead-sum")).hasText("none");
                assertThat(browser.complaints()).isEmpty();
                page.close();
            }
        }
    }

    @Test
    void itSaysSoWhenTheRunnerIsGoneAndWhenItIsBack() {
        String port;
        Page page;
        try (var own = new RunningPage(Map.of("db.url", scenes.database.url(), "db.pool", "4"))) {
            port = own.url().replaceAll(".*:(\\d+)/", "$1");
            page = browser.open(own.url(), 1440, 900, ColorScheme.LIGHT);
            assertThat(page.locator("#live")).hasText("live");
        }
        assertThat(page.locator("#live")).containsText(Pattern.compile("The runner does not answer\\. What is shown is as of \\d\\d:\\d\\d:\\d\\d\\."), SOON);
        assertThat(row(page, "barn")).isVisible();

        try (var again = new RunningPage(Map.of("db.url", scenes.database.url(), "db.pool", "4", "page.port", port))) {
            assertThat(again.url()).contains(port);
            assertThat(page.locator("#live")).hasText("live", new LocatorAssertions.HasTextOptions().setTimeout(30_000));
        }
        page.close();
    }

    @Test
    void theDaysAndWeeksAreWalkedThroughAndStandInTheAddress() {
        Page page = browser.open(runner.url() + "#site=barn", 1440, 900, ColorScheme.LIGHT);
        String today = scenes.sql.queryForObject("SELECT (now() AT TIME ZONE 'Europe/Vienna')::date::text", String.class);
        assertThat(page.locator("#date")).hasValue(today);
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Day after"))).isDisabled();

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Day before")).click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Day before")).click();
        assertThat(page.locator("#date")).hasValue(plus(today, -2));
        assertThat(page.locator("#curve-sum")).containsText("kWh · peak");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Week").setExact(true)).click();
        assertThat(page.locator("#date")).hasValue(plus(today, -8));
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Week after")).click();
        assertThat(page.locator("#date")).hasValue(plus(today, -1));

        // The address brings another browser to the same place
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Week before")).click();
        Page other = browser.open(page.url(), 375, 812, ColorScheme.DARK);
        assertThat(other.locator("#date")).hasValue(plus(today, -8));
        assertThat(other.locator("#one-week")).hasAttribute("aria-pressed", "true");

        // The year before has its own days
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Year before")).click();
        assertThat(page.locator("#year-title")).hasText("Energy " + (Integer.parseInt(today.substring(0, 4)) - 1));
        assertThat(page.locator("#year-cells .step6").first()).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void everythingIsReachedByTheKeyboard() {
        int lastYear = scenes.sql.queryForObject("SELECT extract(year FROM now() AT TIME ZONE 'Europe/Vienna')::integer - 1", Integer.class);
        Page page = browser.open(runner.url() + "#site=school&day=" + lastYear + "-06-20", 1440, 900, ColorScheme.LIGHT);
        assertThat(page.locator("#year-cells .cell").first()).isVisible();

        // A stop for each control, and one for each grid; arrows walk within it, and a tip says what each cell is
        focus(page, "#year-cells .cell");
        String before = focused(page);
        page.keyboard().press("ArrowLeft");
        assertThat(focused(page)).isNotEqualTo(before);
        assertThat(page.locator("#tip")).containsText("kWh");
        page.keyboard().press("ArrowUp");
        page.keyboard().press("Home");
        assertThat(focused(page)).endsWith("-01");
        String day = focused(page);
        page.keyboard().press("Enter");
        assertThat(page.locator("#date")).hasValue(day);

        // The dead window of the book, and its button
        focus(page, "#coverage-cells .cell");
        page.keyboard().press("Home");
        for (int i = 0; i < 60 && !page.evaluate("document.activeElement.className").toString().contains("dead"); i++) {
            page.keyboard().press("ArrowRight");
        }
        assertThat(page.locator("#tip")).containsText("dead. the answer ended in the middle of a value");
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.getAttribute('aria-label')").toString()).startsWith("Retry school, ");

        // Another site, by Enter on its name
        focus(page, "#sites-rows tr:last-child button");
        page.keyboard().press("Enter");
        assertThat(page.locator("tr.selected button")).hasText("barn");
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"school, dead, 375, LIGHT", "school, dead, 375, DARK", "school, dead, 1440, LIGHT", "school, dead, 1440, DARK",
        "annex, owed, 375, LIGHT", "annex, owed, 375, DARK", "annex, owed, 1440, LIGHT", "annex, owed, 1440, DARK"})
    void itFitsAndEverybodyCanUseIt(String site, String cell, int width, ColorScheme colors) {
        Page page = browser.open(runner.url() + "#site=" + site, width, 900, colors);
        page.locator("#coverage-cells .cell." + cell).first().click();
        page.locator("#plot").hover();

        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        assertThat(clipped(page)).isEmpty();
        var serious = new AxeBuilder(page).analyze().getViolations().stream().filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .map(rule -> rule.getId() + ": " + rule.getNodes().stream().map(node -> node.getHtml()).limit(3).toList()).toList();
        assertThat(serious).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void withNothingInTheDatabaseItSaysWhatToDo() {
        try (var own = new Scenes(); var nothing = new RunningPage(Map.of("db.url", own.database.url(), "db.pool", "4"))) {
            Page page = browser.open(nothing.url(), 375, 812, ColorScheme.LIGHT);
            assertThat(page.locator("#no-site")).containsText("site.home = http://192.168.1.20");
            assertThat(page.locator("#no-writes")).isVisible();
            assertThat(page.locator(".curve")).isHidden();

            // A site that was not read yet appears, and is no fault
            own.sql.execute("INSERT INTO pv_site (site, url, next_request_at) VALUES ('home', 'http://127.0.0.1:9', 'infinity')");
            assertThat(row(page, "home").locator(".state")).containsText("not read yet", SOON);
            assertThat(page.locator("#plot-nothing")).containsText("No samples");
            assertThat(page.locator("#coverage-sum")).hasText("1 window of 16 days: 1 owed");
            assertThat(browser.complaints()).isEmpty();
            page.close();
        }
    }

    @Test
    void twoHundredSitesAreFoundByTheirNamesAndTheOnesThatAreDownComeFirst() {
        try (var own = new Scenes(); var many = new RunningPage(Map.of("db.url", own.database.url(), "db.pool", "4"))) {
            own.sql.execute("SELECT scene_site('s' || n, 1, now() - interval '30 days') FROM generate_series(1, 200) AS n");
            own.sql.execute("UPDATE pv_site SET down_since = now(), error = 'no' WHERE site = 's150'");
            Page page = browser.open(many.url(), 1440, 900, ColorScheme.LIGHT);

            assertThat(page.locator("#sites-rows tr")).hasCount(200, new LocatorAssertions.HasCountOptions().setTimeout(10_000));
            assertThat(page.locator("#sites-rows tr button").first()).hasText("s150");
            assertThat(page.locator("#sites-rows tr button").nth(2)).hasText("s2");
            page.getByLabel("Find").fill("19");
            assertThat(page.locator("#sites-rows tr:visible")).hasCount(12);
            page.locator("#sites-rows tr:visible button").first().click();
            assertThat(page.url()).contains("site=s19");
            assertThat(browser.complaints()).isEmpty();
            page.close();
        }
    }

    private static Locator row(Page page, String site) {
        return page.locator("#sites-rows tr").filter(new Locator.FilterOptions().setHas(page.getByRole(AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName(site).setExact(true))));
    }

    /** By the Tab key alone. */
    private static void focus(Page page, String selector) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            if ((Boolean) page.evaluate("selector => document.activeElement.matches(selector)", selector)) {
                return;
            }
        }
        throw new AssertionError("The Tab key does not come to " + selector);
    }

    private static String focused(Page page) {
        return (String) page.evaluate("document.activeElement.dataset.key");
    }

    /** Texts that are cut off in their boxes. */
    @SuppressWarnings("unchecked")
    private static List<String> clipped(Page page) {
        return (List<String>) page.evaluate("""
                [...document.querySelectorAll('h2, p, td, th, button, .cells-label, .cells-note')]
                    .filter(box => box.offsetParent && !box.closest('thead, .scroll') && (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).display !== 'inline'
                        || box.getBoundingClientRect().right > document.documentElement.clientWidth))
                    .map(box => box.className + ': ' + box.textContent.trim().slice(0, 60))""");
    }

    private static String plus(String day, int days) {
        return LocalDate.parse(day).plusDays(days).toString();
    }

    /** As the page writes kilowatt-hours. */
    private static String figure(double kwh) {
        return String.format(Locale.UK, kwh >= 99.95 ? "%,.0f" : kwh >= 9.995 ? "%,.1f" : "%,.2f", kwh);
    }
}
