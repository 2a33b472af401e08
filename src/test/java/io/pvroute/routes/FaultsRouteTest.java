package io.pvroute.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a logger does wrong, over real connections and the shipped routes: what the book says of it, and that it heals by itself. */
class FaultsRouteTest extends ShippedRoutes {

    @Override
    protected Map<String, String> differing() {
        return Map.of("archive.timeout", "1s", "archive.connect-timeout", "1s", "archive.period", "1s", "archive.max-answer", "64KiB");
    }

    static Stream<Arguments> faultsOfASite() {
        return Stream.of(
                Arguments.of("reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER), "connection"),
                Arguments.of("closed without an answer", aResponse().withFault(Fault.EMPTY_RESPONSE), "connection"),
                Arguments.of("silent", aResponse().withBody(answer("{}")).withFixedDelay(3_000), "no answer in time"),
                Arguments.of("trickling", aResponse().withBody(answer("{}")).withChunkedDribbleDelay(50, 30_000), "no answer in time"),
                Arguments.of("broken off", aResponse().withBody(answer("{}").substring(0, 40)), "broke off"),
                Arguments.of("an empty body", aResponse().withBody(""), "nothing at all"),
                Arguments.of("HTML", aResponse().withHeader("Content-Type", "text/html").withBody("<html><body>Login</body></html>"), "HTML"),
                Arguments.of("moved", aResponse().withStatus(301).withHeader("Location", "https://logger/"), "https://logger/"),
                Arguments.of("out of order", aResponse().withStatus(503), "503"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfASite")
    void aLoggerThatDoesNotAnswerAsOneIsDownWithTheReasonAndComesBackByItself(String name, ResponseDefinitionBuilder fault, String reason) throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(fault));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> down("home"));

        assertThat(sql.queryForObject("SELECT error FROM pv_site", String.class)).contains(reason).doesNotContain("\n").doesNotContain("Exception");
        assertThat(sql.queryForMap("SELECT * FROM pv_window")).containsEntry("state", "dead")
                .containsEntry("error", sql.queryForObject("SELECT error FROM pv_site", String.class));

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
        await().atMost(Duration.ofSeconds(20)).until(() -> !down("home"));
        assertThat(sql.queryForMap("SELECT * FROM pv_window")).containsEntry("state", "open").containsEntry("error", null).containsEntry("attempts", 0);
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class)).isEqualTo(2);
    }

    @Test
    void aLoggerThatIsUnpluggedIsDownAndComesBackByItself() throws Exception {
        int port = logger.port();
        logger.stop();
        sql.update("INSERT INTO pv_site (site, url, since) VALUES ('home', 'http://127.0.0.1:' || ?, ?::timestamptz)", port, yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> down("home"));
        assertThat(sql.queryForObject("SELECT error FROM pv_site", String.class)).contains("refused").contains("127.0.0.1:" + port);

        var plugged = new com.github.tomakehurst.wiremock.WireMockServer(
                com.github.tomakehurst.wiremock.core.WireMockConfiguration.options().port(port).bindAddress("127.0.0.1"));
        try {
            plugged.start();
            plugged.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
            await().atMost(Duration.ofSeconds(20)).until(() -> !down("home"));
            assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class)).isEqualTo(2);
        } finally {
            plugged.stop();
        }
    }

    static Stream<Arguments> faultsOfAWindow() {
        return Stream.of(
                Arguments.of("a status", aResponse().withBody("{\"Head\":{\"Status\":{\"Code\":8,\"Reason\":\"LN timeout\"}},\"Body\":{\"Data\":{}}}"), "LN timeout", null),
                Arguments.of("too large", aResponse().withBody(answer("{\"a\":{\"_comment\":\"" + "x".repeat(200_000) + "\"}}")), "65536 bytes", null),
                Arguments.of("negative keys", aResponse().withBody(answer("""
                        {"inverter/1":{"Start":"%s","Data":{"PowerReal_PAC_Sum":{"Unit":"W","Values":{"-300":1,"0":2}}}}}""".formatted(start()))), "cannot be trusted", "cannot be trusted"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultsOfAWindow")
    void aWindowThatCannotBeHadIsParkedWithTheReasonWhileTheSiteIsUp(String name, ResponseDefinitionBuilder fault, String reason, String flag) throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(fault));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'dead'", Integer.class) == 1);
        context.stop();

        assertThat(down("home")).isFalse();
        assertThat(sql.queryForMap("SELECT *, retry_at > now() + interval '30 s' AS later FROM pv_window")).containsEntry("attempts", 1).containsEntry("later", true);
        assertThat(sql.queryForObject("SELECT error FROM pv_window", String.class)).contains(reason).doesNotContain("Exception");
        String flagged = sql.queryForObject("SELECT error FROM pv_site", String.class);
        if (flag == null) {
            assertThat(flagged).isNull();
        } else {
            assertThat(flagged).contains(flag);
        }
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class)).isZero();
    }

    @Test
    void anAnswerIsAskedForOnceAndNeverRepeatedBehindTheRoutesBack() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        sql.update("INSERT INTO pv_site (site, url, since, period) VALUES ('home', ?, ?::timestamptz, '1 h')", url(), yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> down("home"));
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(3)).until(() -> logger.findAll(anyRequestedFor(anyUrl())).size() == 1);
    }

    @Test
    void aValueThatTheTableRefusesParksItsWindowAndNothingOfItIsStored() throws Exception {
        sql.execute("ALTER TABLE pv_archive ADD CONSTRAINT sane CHECK (powerreal_pac_sum < 2)");
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
        site("home", yesterday());

        context.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_window WHERE state = 'dead'", Integer.class) == 1);

        assertThat(sql.queryForObject("SELECT error FROM pv_window", String.class)).contains("sane");
        assertThat(sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class)).isZero();
        assertThat(down("home")).isFalse();
    }

    @Test
    void aDatabaseThatIsAwayIsNobodysFaultAndIsGoneOnWithWhenItIsBack() throws Exception {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody(answer(node()))));
        site("home", yesterday());
        sql.execute("CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
                + "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$");
        sql.execute("CREATE TRIGGER cut BEFORE INSERT ON pv_archive FOR EACH STATEMENT EXECUTE FUNCTION cut()");

        context.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> !logger.findAll(anyRequestedFor(anyUrl())).isEmpty()
                && sql.queryForObject("SELECT lease IS NOT NULL FROM pv_site", Boolean.class));
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(15)).until(() ->
                sql.queryForObject("SELECT count(*) FROM pv_window", Integer.class) == 0 && !down("home"));

        sql.execute("DROP TRIGGER cut ON pv_archive");
        sql.update("UPDATE pv_site SET leased_until = now(), next_request_at = now()");
        await().atMost(Duration.ofSeconds(20)).until(() -> sql.queryForObject("SELECT count(*) FROM pv_archive", Integer.class) == 2);
    }

    private boolean down(String site) {
        return Boolean.TRUE.equals(sql.queryForObject("SELECT down_since IS NOT NULL FROM pv_site WHERE site = ?", Boolean.class, site));
    }
}
