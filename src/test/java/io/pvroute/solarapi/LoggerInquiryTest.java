package io.pvroute.solarapi;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is understood of a logger that is asked about itself; the answers are those of recorded ones, shortened. */
class LoggerInquiryTest {

    private final WireMockServer logger = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private LoggerInquiry inquiry;

    @BeforeEach
    void start() {
        logger.start();
        inquiry = new LoggerInquiry(URI.create(logger.baseUrl()), Duration.ofSeconds(2), Duration.ofSeconds(2), 1 << 20, new LoggerTrust(""));
    }

    @AfterEach
    void end() throws IOException {
        inquiry.close();
        logger.stop();
    }

    @Test
    void aSymoTellsItsVersionItsNameAndItsDevices() {
        answer("/solar_api/GetAPIVersion.cgi", """
                {"APIVersion": 1, "BaseURL": "/solar_api/v1/", "CompatibilityRange": "1.6-3"}""");
        answer("/solar_api/v1/GetLoggerInfo.cgi", """
                {"Body": {"LoggerInfo": {"HWVersion": "2.4E", "ProductID": "fronius-datamanager-card", "SWVersion": "3.18.7-1", "UniqueID": "123.4567890"}},
                 "Head": {"Status": {"Code": 0}, "Timestamp": "2021-10-06T23:56:32+02:00"}}""");
        answer("/solar_api/v1/GetActiveDeviceInfo.cgi", """
                {"Body": {"Data": {"Inverter": {"1": {"DT": 83}}, "Meter": {"0": {"DT": -1, "Serial": "16220118"}}, "Ohmpilot": {}}}, "Head": {}}""");

        assertThat(inquiry.version()).isEqualTo(new LoggerInquiry.Version(1, "1.6-3"));
        LoggerInquiry.Info info = inquiry.info();
        assertThat(info.product()).contains("fronius-datamanager-card");
        assertThat(info.software()).contains("3.18.7-1");
        assertThat(info.id()).contains("123.4567890");
        assertThat(info.ahead().orElseThrow()).isCloseTo(Duration.between(Instant.now(), Instant.parse("2021-10-06T21:56:32Z")),
                Duration.ofSeconds(5));
        assertThat(inquiry.devices()).containsExactly(new LoggerInquiry.KnownDevice("Inverter", "1", ""),
                new LoggerInquiry.KnownDevice("Meter", "0", "16220118"));
    }

    @Test
    void aGen24TellsNoMoreThanItsClock() {
        answer("/solar_api/v1/GetLoggerInfo.cgi", """
                {"Body": {"Data": {}}, "Head": {"Status": {"Code": 11, "Reason": "v1/GetLoggerInfo.cgi request is not supported."},
                 "Timestamp": "2021-11-26T11:07:53+00:00"}}""");

        LoggerInquiry.Info info = inquiry.info();

        assertThat(info.product()).isEmpty();
        assertThat(info.ahead()).isPresent();
    }

    @Test
    void anArchiveThatIsNotFoundIsToldApart() {
        answer("/solar_api/GetAPIVersion.cgi", "{\"APIVersion\": 1}");
        logger.stubFor(get(urlPathEqualTo("/solar_api/v1/GetArchiveData.cgi")).willReturn(aResponse().withStatus(404)));

        assertThatThrownBy(() -> inquiry.archive(Instant.parse("2021-07-29T00:00:00Z"), Instant.parse("2021-07-30T00:00:00Z")))
                .hasMessageContaining("its logger has no archive (GEN24, Tauro, Verto)");

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404).withBody("Solar API disabled by customer config")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("its Solar API is switched off");

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404).withBody("<html>nginx</html>")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("no Solar API at this address");
    }

    @Test
    void theNewestSampleIsThatOfTheNodesStartAndItsKey() {
        answer("/solar_api/v1/GetArchiveData.cgi", """
                {"Head": {"Status": {"Code": 0}, "Timestamp": "2021-07-29T12:00:00+02:00"}, "Body": {"Data": {
                 "inverter\\/1": {"Start": "2021-07-29T00:00:00+02:00", "End": "2021-07-29T23:59:59+02:00",
                   "Data": {"PowerReal_PAC_Sum": {"Unit": "W", "Values": {"10200": 4, "7200": 1, "900000": 7}}}},
                 "meter:1": {"Start": "2021-07-20T00:00:00+02:00", "Data": {"TimeSpanInSec": {"Values": {"0": 300}}}}}}}""");

        assertThat(inquiry.archive(Instant.parse("2021-07-28T22:00:00Z"), Instant.parse("2021-07-29T22:00:00Z")))
                .isEqualTo(new LoggerInquiry.Stretch(java.util.List.of("inverter/1"),
                java.util.Optional.of(Instant.parse("2021-07-29T00:50:00Z"))));
    }

    @Test
    void whatIsNoLoggerIsToldAsTheRoutesTellIt() {
        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200).withBody("<html>login</html>")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("answered with HTML, not JSON");

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(301)
                .withHeader("Location", "https://inverter/solar_api/GetAPIVersion.cgi")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("points to https://inverter: set the site's url to that");

        logger.stubFor(any(anyUrl()).willReturn(okJson("[1]")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("answered with JSON of another shape, where a JSON object was expected");

        logger.stubFor(any(anyUrl()).willReturn(okJson("{}")));
        assertThatThrownBy(inquiry::version).hasMessageContaining("no version of the Solar API");

        logger.stubFor(any(anyUrl()).willReturn(aResponse().withBody("")));
        assertThatThrownBy(inquiry::info).hasMessageContaining("answered with nothing at all");

        logger.stubFor(any(anyUrl()).willReturn(okJson("{}").withFixedDelay(4000)));
        assertThatThrownBy(inquiry::version).hasMessageContaining("no answer in time");

        logger.stop();
        assertThatThrownBy(inquiry::version).hasMessageContaining("connection refused by localhost");
    }

    @Test
    void anAnswerThatIsTooLargeIsNotKept() {
        logger.stubFor(any(anyUrl()).willReturn(okJson("{\"APIVersion\": 1, \"x\": \"" + " ".repeat(2 << 20) + "\"}")));

        assertThatThrownBy(inquiry::version).isInstanceOf(SolarApiException.class);
    }

    private void answer(String path, String body) {
        logger.stubFor(get(urlPathEqualTo(path)).willReturn(okJson(body)));
    }
}
