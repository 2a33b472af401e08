package io.pvroute.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** What the runners are told: as little as differs from what an owner has, which is how long things take. */
final class RunnerSettings {

    static final Duration PAUSE = Duration.ofMillis(200);

    private RunnerSettings() {
    }

    /**
     * The text of an {@code application.properties}.
     *
     * @param url of the database
     */
    static String text(List<Site> sites, String url, Instant since, Instant until, Duration settle) throws IOException {
        StringBuilder settings = new StringBuilder();
        for (Site site : sites) {
            settings.append(String.format("site.%1$s = %2$s%nsite.%1$s.since = %3$s%n", site.name(), site.logger().url(), since));
        }
        return settings.append("""
                db.url = %s
                db.pool = 8
                archive.until = %s
                archive.zone = UTC
                archive.period = 2s
                archive.pause = %dms
                archive.timeout = 2s
                archive.connect-timeout = 1s
                archive.lease = %ds
                archive.settle = %dms
                archive.retry = 1s
                archive.retry-max = 5s
                archive.tick = 200ms
                realtime.period = off
                observe.port = %d
                page.port = %d
                """.formatted(url, until, PAUSE.toMillis(), Plan.LEASE.toSeconds(), settle.toMillis(),
                freePort(), freePort())).toString();
    }

    /** Below those that the system gives to whoever connects: it stays free while its runner is not there. */
    private static int freePort() throws IOException {
        Random random = new Random();
        for (int tries = 0; ; tries++) {
            try (ServerSocket socket = new ServerSocket(random.nextInt(20_000, 30_000), 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                if (tries == 100) {
                    throw e;
                }
            }
        }
    }
}
