package io.pvroute.runner;

import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Checks settings, each and across, and gathers what is not right until the end. */
final class SettingsReader {

    /** Connections that the embedded PostgreSQL has for the pool: its 30 without those for an administrator and a psql beside. */
    private static final int EMBEDDED_POOL = 25;
    /** What a lease has to leave for the upsert of an answer after the logger has taken all of its time. */
    private static final Duration UPSERT = Duration.ofSeconds(30);

    private final Map<String, Setting> settings;
    private final SettingsSources sources;
    private final Clock clock;
    private final List<String> problems;
    private final Map<String, String> properties = new TreeMap<>();

    SettingsReader(SettingsSources sources, Clock clock) {
        this.sources = sources;
        this.settings = sources.settings();
        this.clock = clock;
        this.problems = new ArrayList<>(sources.problems());
    }

    /** @throws SettingsException with everything that is not right */
    Settings settings() {
        Settings.Database database = database();
        Settings.Archive archive = archive();
        Settings.Realtime realtime = realtime();
        read("logger.certificates", Spelling::certificates, Function.identity());
        Listener observe = listener("observe");
        Settings.Page page = page();
        Path routes = path("routes.directory");
        Duration stop = read("stop.timeout", Spelling::duration, Spelling::canonical);
        List<Site> sites = sites();
        otherSettings(routes);
        if (problems.isEmpty()) {
            across(database, archive, page, sites);
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new Settings(sites, database, archive, realtime, observe, page, routes, stop, properties);
    }

    private Settings.Database database() {
        String url = read("db.url", Spelling::jdbcUrl, Setting::withoutSecrets);
        String user = read("db.user", Function.identity(), Function.identity());
        Integer pool = read("db.pool", text -> Spelling.number(text, 3, 1000), String::valueOf);
        return new Settings.Database(url, user, settings.get("db.password").value(), path("db.directory"), pool == null ? 0 : pool);
    }

    private Settings.Archive archive() {
        Duration period = positive("archive.period");
        Duration pause = read("archive.pause", Spelling::duration, Spelling::canonical);
        Since since = read("archive.since", text -> Spelling.since(text, clock), Since::toString);
        Optional<Instant> until = read("archive.until",
                text -> text.isEmpty() ? Optional.<Instant>empty() : Optional.of(Spelling.moment(text, clock)),
                moment -> moment.map(Instant::toString).orElse("infinity"));
        Duration overlap = read("archive.overlap", Spelling::duration, Spelling::canonical);
        Duration settle = read("archive.settle", Spelling::duration, Spelling::canonical);
        Duration retry = positive("archive.retry");
        Duration retryMax = positive("archive.retry-max");
        Integer parallel = read("archive.parallel", text -> Spelling.number(text, 1, 64), String::valueOf);
        Integer maxAnswer = read("archive.max-answer", Spelling::size, bytes -> bytes + "B");
        List<String> events = read("archive.events", Spelling::eventChannels, channels -> String.join(",", channels));
        return new Settings.Archive(period, pause, since, until, overlap, settle, retry, retryMax, timeout("archive.timeout"),
                timeout("archive.connect-timeout"), parallel == null ? 0 : parallel, read("archive.zone", this::zone, ZoneId::getId),
                tick("archive.tick"), positive("archive.lease"), maxAnswer == null ? 0 : maxAnswer, events == null ? List.of() : events);
    }

    private Settings.Realtime realtime() {
        Duration period = read("realtime.period", Spelling::durationOrOff, Spelling::canonical);
        Duration pause = read("realtime.pause", Spelling::duration, Spelling::canonical);
        Integer parallel = read("realtime.parallel", text -> Spelling.number(text, 1, 64), String::valueOf);
        List<String> requests = read("realtime.requests", Spelling::requests, names -> String.join(",", names));
        return new Settings.Realtime(period, pause, timeout("realtime.timeout"), parallel == null ? 0 : parallel, tick("realtime.tick"),
                requests == null ? List.of() : requests, positive("realtime.discovery"), positive("realtime.max-age"), positive("realtime.keep"));
    }

    private Listener listener(String name) {
        OptionalInt port = read(name + ".port", Spelling::port, value -> value.isPresent() ? String.valueOf(value.getAsInt()) : "off");
        return new Listener(name, read(name + ".address", Spelling::address, Function.identity()), port);
    }

    /** The HTTP client of Camel takes its timeouts as milliseconds alone. */
    private Duration timeout(String key) {
        return read(key, Spelling::positiveDuration, timeout -> String.valueOf(timeout.toMillis()));
    }

    /** And the milliseconds by which each look is late, at random, so that runners take turns: no more than a stop or a start may wait for. */
    private Duration tick(String key) {
        Duration tick = positive(key);
        if (tick != null) {
            properties.put(key + ".spread", String.valueOf(Math.min(tick.toMillis(), 1000)));
        }
        return tick;
    }

    private ZoneId zone(String text) {
        try {
            return Spelling.zone(text.isEmpty() ? clock.getZone().getId() : text);
        } catch (IllegalArgumentException e) {
            throw text.isEmpty() ? new IllegalArgumentException(
                    "the zone of this computer is " + clock.getZone() + ", which is no IANA name; " + e.getMessage(), e) : e;
        }
    }

    private Settings.Page page() {
        return new Settings.Page(listener("page"), read("page.user", Spelling::pageUser, Function.identity()), parse("page.password", Spelling::pagePassword));
    }

    private List<Site> sites() {
        var names = new TreeSet<String>();
        settings.keySet().stream().filter(KnownSettings::isSite).forEach(key -> names.add(key.split("\\.")[1]));
        List<Site> sites = new ArrayList<>();
        for (String name : names) {
            String key = "site." + name;
            if (!settings.containsKey(key)) {
                String lonely = settings.keySet().stream().filter(other -> other.startsWith(key + ".")).findFirst().orElseThrow();
                problem(lonely, "site " + name + " has no URL; expected " + key + " = http://… as well.");
                continue;
            }
            URI url = parse(key, Spelling::siteUrl);
            sites.add(new Site(name, url, named(key + ".zone", Spelling::zone),
                    named(key + ".since", text -> Spelling.since(text, clock)), named(key + ".period", Spelling::positiveDuration),
                    named(key + ".pause", Spelling::duration), named(key + ".archive", Spelling::onOrOff),
                    named(key + ".realtime", Spelling::durationOrOff), named(key + ".enabled", Spelling::trueOrFalse)));
        }
        return sites;
    }

    /** Camel's settings and those of the routes pass unchanged; any other is a slip of the pen. */
    private void otherSettings(Path routes) {
        RouteProperties used = new RouteProperties(sources.shipped());
        try {
            used = routes == null ? used : RouteProperties.in(routes);
        } catch (IOException e) {
            problems.add(settings.get("routes.directory").problem("could not be read (" + e.getClass().getSimpleName()
                    + "); expected a directory of route files that this user may read."));
        }
        for (Setting setting : settings.values()) {
            String key = setting.key();
            String nearest = KnownSettings.nearest(key).map(known -> "; did you mean " + known + "?").orElse(".");
            if (KnownSettings.isKnown(key)) {
                continue;
            }
            if (KnownSettings.isOurs(key)) {
                String ofASite = key.startsWith("site.") ? " of a site; expected site.<name>, with a name of a-z and 0-9, or after it ."
                        + String.join(", .", KnownSettings.OF_A_SITE) : "";
                problems.add(setting.problem("there is no such setting" + ofASite + nearest));
            } else if (KnownSettings.isCamel(key) || sources.shipped().contains(key) || used.names().contains(key)) {
                properties.put(key, setting.value());
            } else {
                problems.add(setting.problem("there is no such setting, and no file in " + routes + " uses {{" + key + "}}" + nearest));
            }
        }
    }

    private void across(Settings.Database database, Settings.Archive archive, Settings.Page page, List<Site> sites) {
        if (page.user().isEmpty() != page.password().isEmpty()) {
            problem(page.user().isEmpty() ? "page.user" : "page.password", "expected page.user and page.password together, or neither.");
        }
        Duration least = archive.connectTimeout().plus(archive.timeout()).plus(UPSERT);
        if (archive.lease().compareTo(least) <= 0) {
            problem("archive.lease", "expected longer than archive.connect-timeout, archive.timeout and 30s together, which is "
                    + Spelling.canonical(least) + ".");
        }
        if (archive.retryMax().compareTo(archive.retry()) < 0) {
            problem("archive.retry-max", "expected archive.retry or longer, which is " + Spelling.canonical(archive.retry()) + ".");
        }
        if (database.embedded() && database.pool() > EMBEDDED_POOL) {
            problem("db.pool", "expected " + EMBEDDED_POOL + " at most, since the embedded PostgreSQL is a small one.");
        }
        if (database.embedded() && !(database.user() + database.password()).isEmpty()) {
            problem(database.user().isEmpty() ? "db.password" : "db.user",
                    "is only for a database of your own; expected db.url as well, since the embedded PostgreSQL has its own user.");
        }
        if (!before(archive.since(), archive.until())) {
            problem("archive.until", "expected a moment after archive.since, which is " + archive.since() + ".");
        }
        for (Site site : sites) {
            if (site.since().isPresent() && !before(site.since().get(), archive.until())) {
                problem("site." + site.name() + ".since",
                        "expected a moment before archive.until, which is " + archive.until().get() + ".");
            }
        }
    }

    private static boolean before(Since since, Optional<Instant> until) {
        return since.instant().isEmpty() || until.isEmpty() || since.instant().get().isBefore(until.get());
    }

    private Duration positive(String key) {
        return read(key, Spelling::positiveDuration, Spelling::canonical);
    }

    private Path path(String key) {
        return read(key, text -> {
            try {
                if (!text.isEmpty()) {
                    return Path.of(text);
                }
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("expected the path of a directory.", e);
            }
            throw new IllegalArgumentException("expected the path of a directory.");
        }, Path::toString);
    }

    /** The value of a setting that has a default, also put among the properties; null where it is not right. */
    private <T> T read(String key, Function<String, T> spelling, Function<T, String> canonical) {
        T value = parse(key, spelling);
        if (value != null) {
            properties.put(key, canonical.apply(value));
        }
        return value;
    }

    private <T> Optional<T> named(String key, Function<String, T> spelling) {
        return settings.containsKey(key) ? Optional.ofNullable(parse(key, spelling)) : Optional.empty();
    }

    private <T> T parse(String key, Function<String, T> spelling) {
        try {
            return spelling.apply(settings.get(key).value());
        } catch (IllegalArgumentException e) {
            problem(key, e.getMessage());
            return null;
        }
    }

    private void problem(String key, String what) {
        problems.add(settings.get(key).problem(what));
    }
}
