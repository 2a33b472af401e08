package io.pvroute.runner;

import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A site as the settings name it. What they do not name is empty here: it is left as the database has it.
 *
 * @param name     {@code [a-z][a-z0-9]*}
 * @param url      base URL of the logger, http or https, without a slash at its end, user and password
 * @param zone     zone of the site's local days, an IANA name
 * @param since    since when its archive is read
 * @param period   how often its newest samples are read; positive
 * @param pause    from the end of one archive request to the start of the next; zero or more
 * @param archive  whether its archive is read, if its logger has one
 * @param realtime how often its present is read; zero for never
 * @param enabled  whether it is read at all
 */
public record Site(String name, URI url, Optional<ZoneId> zone, Optional<Since> since, Optional<Duration> period,
        Optional<Duration> pause, Optional<Boolean> archive, Optional<Duration> realtime, Optional<Boolean> enabled) {

    @Override
    public String toString() {
        return "site " + name + " at " + Setting.withoutSecrets(url.toString());
    }
}
