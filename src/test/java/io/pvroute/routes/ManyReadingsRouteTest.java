package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** The realtime routes with more sites than a runner may ask at once. */
class ManyReadingsRouteTest extends ShippedRoutes {

    private static final Duration TICK = Duration.ofSeconds(3);
    private static final int SITES = 8;

    @Override
    protected Map<String, String> differing() {
        return Map.of("realtime.tick", TICK.toSeconds() + "s", "realtime.parallel", "2", "realtime.pause", "1h", "realtime.requests", "power-flow");
    }

    @Test
    void whatIsDueIsAskedForInOneTickHoweverMuchMoreThanMayBeOpenAtOnceItIs() {
        // given
        logger.stubFor(get(urlPathMatching("/.*")).willReturn(aResponse().withStatus(404)));
        for (int site = 1; site <= SITES; site++) {
            sql.update("INSERT INTO pv_site (site, url, archive, realtime) VALUES (?, ?, false, '1 h')", "home" + site, url());
        }

        // when
        context.start();

        // then the first and the last are nearer to each other than two ticks, of which eight sites would need four
        await().atMost(Duration.ofSeconds(40)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_reading WHERE failures > 0", Integer.class) == SITES);
        assertThat(sql.queryForObject("SELECT extract(epoch FROM max(asked_at) - min(asked_at)) FROM pv_reading", Double.class))
                .isLessThan(TICK.toMillis() / 1e3);
    }
}
