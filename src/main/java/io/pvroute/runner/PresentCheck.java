package io.pvroute.runner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.pvroute.solarapi.LoggerInquiry;
import io.pvroute.solarapi.SolarApiException;
import org.springframework.dao.DataAccessException;

/** Whether a logger tells its present: it is asked for the power flow once, when it is the time for that. */
final class PresentCheck {

    private final String site;
    private final Settings settings;
    private final Optional<SiteStatus> stored;
    private final SiteCheck.Book book;

    /** @param stored what the database knows of this site */
    PresentCheck(String site, Settings settings, Optional<SiteStatus> stored, SiteCheck.Book book) {
        this.site = site;
        this.settings = settings;
        this.stored = stored;
        this.book = book;
    }

    Finding finding(LoggerInquiry logger) {
        if (book instanceof SiteCheck.Book.Unreachable) {
            return Finding.notAsked(site, "realtime", "not asked: without the database it is not known when it was asked last");
        }
        if (!(book instanceof SiteCheck.Book.Known known)) {
            return ask(logger);
        }
        try (PresentTurn turn = PresentTurn.take(known.database(), site, settings).orElse(null)) {
            return turn == null ? beingRead() : ask(logger);
        } catch (DataAccessException e) {
            return Finding.notAsked(site, "realtime", "not asked: " + KnownSites.notReadable(e).getMessage());
        }
    }

    private Finding beingRead() {
        return stored.flatMap(SiteStatus::downSince).isPresent() && !stored.get().collects().archive()
                ? Finding.bad(site, "realtime", "down", "A runner could not read it: " + stored.flatMap(SiteStatus::error).orElse("no reason is known")
                        + ". It was asked too recently to ask once more; check again in a minute.")
                : Finding.good(site, "realtime", "a runner reads it, and the pause between two requests is kept: not asked once more");
    }

    private Finding ask(LoggerInquiry logger) {
        try {
            return Finding.good(site, "realtime", told(logger.present(), Instant.now()));
        } catch (SolarApiException e) {
            return Finding.bad(site, "realtime", "cannot be read", SiteCheck.sentence(e));
        }
    }

    private static String told(LoggerInquiry.Present present, Instant now) {
        List<String> words = new ArrayList<>();
        words.add(present.pv() == null ? "no PV power, as at night" : "PV " + watts(present.pv()));
        if (present.grid() != null) {
            words.add("grid " + watts(Math.abs(present.grid())) + (Math.round(present.grid()) == 0 ? "" : present.grid() < 0 ? " fed in" : " bought"));
        }
        if (present.load() != null) {
            words.add("load " + watts(Math.abs(present.load())));
        }
        if (present.battery() != null) {
            words.add("battery " + watts(Math.abs(present.battery())) + (Math.round(present.battery()) == 0 ? "" : present.battery() < 0 ? " charging" : " discharging"));
        }
        if (present.charge() != null) {
            words.add(String.format(Locale.ROOT, "charged to %.0f %%", present.charge()));
        }
        return String.join(", ", words) + "; " + Age.of(Duration.between(present.at(), now)) + " old";
    }

    private static String watts(double watts) {
        return String.format(Locale.ROOT, "%.0f W", watts);
    }
}
