package io.pvroute.runner;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.pvroute.solarapi.Failure.Fault;
import io.pvroute.solarapi.LoggerAddress;
import io.pvroute.solarapi.LoggerInquiry;
import io.pvroute.solarapi.LoggerTrust;
import io.pvroute.solarapi.SolarApiException;
import org.springframework.dao.DataAccessException;

/**
 * Whether a site's logger can be read: it is asked what it is, which devices it knows and what its clock says, for one day of its archive
 * and for its present, each where it is read and if it is the time for that.
 *
 * <p>How far back a logger remembers is not asked: to find that out takes a dozen archive requests with the pause between. It is told from
 * what is stored.
 */
final class SiteCheck {

    /** From this on samples are taken for those of the future, and refused. */
    private static final Duration CLOCK_MAY_DIFFER_BY = Duration.ofMinutes(5);
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private final String site;
    private final String url;
    private final Settings settings;
    private final LoggerTrust trust;
    private final Plan plan;
    private final Optional<SiteStatus> stored;
    private final Book book;
    private boolean noArchive;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * What of a site is to be read.
     *
     * @param archive   its archive, if its logger has one
     * @param realtime  its present
     * @param noArchive whether its logger is known to have no archive
     */
    record Plan(boolean archive, boolean realtime, boolean noArchive) {

        /** As the settings say, and where they say nothing, the database. */
        static Plan of(Site named, SiteStatus known, boolean sameLogger, Settings settings) {
            Optional<Plan> stored = Optional.ofNullable(known).map(Plan::of);
            return new Plan(named.archive().orElseGet(() -> stored.map(Plan::archive).orElse(true)),
                    named.realtime().map(period -> !period.isZero())
                            .orElseGet(() -> stored.map(Plan::realtime).orElse(!settings.realtime().period().isZero())),
                    sameLogger && stored.map(Plan::noArchive).orElse(false));
        }

        static Plan of(SiteStatus known) {
            boolean noArchive = known.collects().hasArchive().equals(Optional.of(false));
            return new Plan(known.collects().archive() || noArchive, known.collects().realtime(), noArchive);
        }
    }

    /** Whether the book of windows can be asked for the turn to send an archive request. */
    sealed interface Book {

        /** It knows when the logger was asked last. */
        record Known(DataSource database) implements Book {}

        /** Nobody can have asked this logger, so that it can be asked now. */
        record Empty() implements Book {}

        /** Runners may be at work that are not known of here. */
        record Unreachable() implements Book {}
    }

    /**
     * @param url    as it was found; where it is none of a logger, it is told that, and not the URL
     * @param stored what the database knows of this site
     */
    SiteCheck(String site, String url, Settings settings, LoggerTrust trust, Plan plan, Optional<SiteStatus> stored, Book book) {
        this.site = site;
        this.url = url;
        this.settings = settings;
        this.trust = trust;
        this.plan = plan;
        this.noArchive = plan.noArchive();
        this.stored = stored;
        this.book = book;
    }

    List<Finding> findings() {
        LoggerAddress.of(url).ifPresentOrElse(this::ask, () -> findings.add(Finding.bad(site, "answers", "was not asked",
                "Its url in pv_site was not asked; expected " + LoggerAddress.EXPECTED)));
        samples();
        return List.copyOf(findings);
    }

    private void ask(URI address) {
        Settings.Archive archive = settings.archive();
        try (var logger = new LoggerInquiry(address, archive.connectTimeout(), archive.timeout(), archive.maxAnswer(), trust)) {
            if (answers(logger)) {
                info(logger);
                devices(logger);
                archive(logger);
                if (plan.realtime()) {
                    findings.add(new PresentCheck(site, settings, stored, book).finding(logger));
                }
            }
        } catch (IOException e) {
            findings.add(Finding.bad(site, "answers", "no", "Its connection could not be closed: " + e.getMessage() + "."));
        }
    }

    private boolean answers(LoggerInquiry logger) {
        try {
            LoggerInquiry.Version version = logger.version();
            findings.add(Finding.good(site, "answers", url + ", Solar API V" + version.number()
                    + (version.compatibility().isEmpty() ? "" : " (" + version.compatibility() + ")")));
            return true;
        } catch (SolarApiException e) {
            findings.add(Finding.bad(site, "answers", "no: " + url, sentence(e)
                    + (e.getMessage().contains("url") ? "" : " Is it on, and is " + url + " its address?")));
            return false;
        }
    }

    private void info(LoggerInquiry logger) {
        LoggerInquiry.Info info;
        try {
            info = logger.info();
        } catch (SolarApiException e) {
            findings.add(Finding.notAsked(site, "logger", "does not say what it is: " + e.getMessage()));
            return;
        }
        String told = Stream.of(info.product(), info.software(), info.id()).flatMap(Optional::stream).collect(Collectors.joining(", "));
        findings.add(told.isEmpty() ? Finding.notAsked(site, "logger", "does not say what it is, as a GEN24 does not")
                : Finding.good(site, "logger", told));
        info.ahead().ifPresent(ahead -> findings.add(ahead.abs().compareTo(CLOCK_MAY_DIFFER_BY) <= 0
                ? Finding.good(site, "clock", ahead(ahead))
                : Finding.bad(site, "clock", ahead(ahead), "Its clock is wrong, or this computer's is"
                + (ahead.isNegative() ? "" : ", and its samples would be "
                        + "refused as of the future") + ": set it in the logger's own web page, best by a time server (NTP).")));
    }

    private void devices(LoggerInquiry logger) {
        try {
            List<LoggerInquiry.KnownDevice> devices = logger.devices();
            String told = devices.stream().map(d -> d.deviceClass() + " " + d.id() + (d.serial().isEmpty() ? "" : " (" + d.serial() + ")"))
                    .collect(Collectors.joining(", "));
            findings.add(Finding.good(site, "devices", told.isEmpty() ? "none awake now" : told));
        } catch (SolarApiException e) {
            findings.add(Finding.notAsked(site, "devices", "not told: " + e.getMessage()));
        }
    }

    private void archive(LoggerInquiry logger) {
        if (!plan.archive()) {
            findings.add(plan.realtime() ? Finding.notAsked(site, "archive", "not read (archive = off)")
                    : Finding.bad(site, "archive", "not read (archive = off)", "Its present is not read, either: set site." + site
                            + ".archive or site." + site + ".realtime, or take the site out with site." + site + ".enabled = false."));
        } else if (plan.noArchive()) {
            findings.add(withoutArchive());
        } else if (book instanceof Book.Unreachable) {
            findings.add(Finding.notAsked(site, "archive", "not asked: without the database it is not known when it was asked last"));
        } else if (book instanceof Book.Known known) {
            try {
                Optional<ArchiveTurn> turn = ArchiveTurn.take(known.database(), site, settings.archive());
                if (turn.isEmpty()) {
                    findings.add(beingRead());
                    return;
                }
                try (ArchiveTurn taken = turn.get()) {
                    if (askArchive(logger)) {
                        taken.answered();
                    }
                }
            } catch (DataAccessException e) {
                findings.add(Finding.notAsked(site, "archive", "not asked: " + KnownSites.notReadable(e).getMessage()));
            }
        } else {
            askArchive(logger);
        }
    }

    private Finding beingRead() {
        return stored.flatMap(SiteStatus::downSince).isPresent()
                ? Finding.bad(site, "archive", "down", "A runner could not read it: " + stored.flatMap(SiteStatus::error)
                .orElse("no reason is known")
                        + ". It was asked too recently to ask once more; check again in a few minutes.")
                : Finding.good(site, "archive", "a runner reads it, and the pause between two requests is kept: not asked once more");
    }

    private boolean askArchive(LoggerInquiry logger) {
        Instant now = Instant.now();
        try {
            LoggerInquiry.Stretch day = logger.archive(now.minus(Duration.ofDays(1)), now.plus(Duration.ofMinutes(10)));
            if (day.newest().isEmpty()) {
                findings.add(Finding.bad(site, "archive", "no sample of the last 24 hours",
                        "It has an archive, but nothing of the last day is in it. Was it, or "
                        + "its inverter, off? Otherwise look at its clock, and whether data logging is on in its web page."));
            } else {
                findings.add(Finding.good(site, "archive", "samples of " + String.join(", ", day.nodes()) + ", the newest "
                        + Age.of(Duration.between(day.newest().get(), now)) + " old"));
            }
            return true;
        } catch (SolarApiException e) {
            findings.add(e.failure().fault() == Fault.NO_ARCHIVE ? withoutArchive() : Finding.bad(site, "archive", "cannot be read", sentence(e)));
            return false;
        }
    }

    private Finding withoutArchive() {
        noArchive = true;
        return plan.realtime() ? Finding.good(site, "archive", "no archive: collected in realtime alone")
                : Finding.bad(site, "archive", "no archive", "It has no archive, as a GEN24, Tauro or Verto has none, and its present is not read "
                        + "either: take out site." + site + ".realtime = off or realtime.period = off.");
    }

    private void samples() {
        Optional<Instant> oldest = stored.flatMap(SiteStatus::oldest);
        Optional<Instant> newest = stored.flatMap(SiteStatus::newest);
        if (oldest.isPresent() && newest.isPresent()) {
            ZoneId zone = stored.get().zone();
            findings.add(Finding.good(site, "stored", LOCAL.format(oldest.get().atZone(zone)) + " to "
                    + LOCAL.format(newest.get().atZone(zone))
                    + ", " + stored.get().age().map(Age::of).orElse("?") + " old"));
        } else {
            findings.add(Finding.notAsked(site, "stored", plan.archive() && !noArchive
                    ? "nothing yet; how far back the logger remembers is found out by run" : "nothing yet"));
        }
    }

    static String sentence(SolarApiException e) {
        String reason = e.getMessage().replaceFirst("\\.$", "");
        return Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ".";
    }

    /** Of a clock, against this computer's. */
    static String ahead(Duration ahead) {
        if (ahead.abs().toSeconds() < 2) {
            return "as this computer's";
        }
        return Age.of(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead of") + " this computer's";
    }
}
