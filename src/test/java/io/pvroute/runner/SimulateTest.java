package io.pvroute.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code simulate} as a program of its own. */
class SimulateTest {

    private static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi?Scope=System&Channel=PowerReal_PAC_Sum&StartDate=%s&EndDate=%s&HumanReadable=False";

    private Process program;

    @TempDir
    private Path folder;

    @AfterEach
    void end() throws InterruptedException {
        if (program != null) {
            program.destroy();
            if (!program.waitFor(20, TimeUnit.SECONDS)) {
                program.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void itAnswersWithTheHistoryThatWasAskedForUntilItIsStopped() throws Exception {
        String url = start("simulate", "--port", "0", "--place", "Sydney", "--years", "2", "--peak-power", "5000");

        assertThat(get(url + "/solar_api/v1/GetLoggerInfo.cgi").body()).contains("Sydney");
        assertThat(get(url + String.format(ARCHIVE, "2025-06-01T00:00:00Z", "2025-06-01T05:00:00Z")).body()).contains("inverter")
                .contains("\"Code\":0");
        assertThat(Files.readString(output())).contains("a Symo, a plant of 5,000 W in Sydney, with 2 years of history (seed 1)")
                .contains("SITE_SIMULATED=" + url);

        program.destroy();
        assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output())).doesNotContain("\tat ");
    }

    @Test
    void aFaultIsPlayedAndToldInWords() throws Exception {
        String url = start("simulate", "--port", "0", "--fault", "http-503");

        assertThat(get(url + String.format(ARCHIVE, "2026-06-01T00:00:00Z", "2026-06-01T05:00:00Z")).statusCode()).isEqualTo(503);
        assertThat(get(url + "/solar_api/GetAPIVersion.cgi").statusCode()).isEqualTo(200);
        assertThat(Files.readString(output())).contains("Fault http-503: it answers HTTP 503.");
    }

    @ParameterizedTest(name = "with faults: {0}")
    @ValueSource(booleans = {false, true})
    void itIsReachedByOthersOnlyWhereThatIsAskedFor(boolean faulty) throws Exception {
        // 127.0.0.2 is this computer, too, but another address of it
        List<String> simulate = faulty ? List.of("simulate", "--port", "0", "--fault", "cut:0.1") : List.of("simulate", "--port", "0");
        List<String> open = new ArrayList<>(simulate);
        open.addAll(List.of("--address", "0.0.0.0"));
        String elsewhere = start(open.toArray(String[]::new)).replace("127.0.0.1", "127.0.0.2");
        assertThat(get(elsewhere + "/solar_api/GetAPIVersion.cgi").statusCode()).isEqualTo(200);
        end();

        String here = start(simulate.toArray(String[]::new));
        assertThat(get(here + "/solar_api/GetAPIVersion.cgi").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get(here.replace("127.0.0.1", "127.0.0.2") + "/solar_api/GetAPIVersion.cgi"))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void aGen24TellsThePresentOfItsBatteryAndHasNoArchive() throws Exception {
        String url = start("simulate", "--port", "0", "--model", "GEN24", "--storage", "5000", "--ohmpilot", "--quirk", "ghost-inverter",
                "--fault", "code-12:0.5");

        assertThat(get(url + String.format(ARCHIVE, "2026-06-01T00:00:00Z", "2026-06-01T05:00:00Z")).statusCode()).isEqualTo(404);
        List<String> answers = new ArrayList<>();
        for (int asked = 0; asked < 40; asked++) {
            answers.add(get(url + "/solar_api/v1/GetStorageRealtimeData.cgi?Scope=System").body());
        }
        assertThat(answers).anyMatch(answer -> answer.contains("\"Capacity_Maximum\" : 5000"))
                .anyMatch(answer -> answer.contains("\"Code\":12"));
        assertThat(get(url + "/solar_api/v1/GetActiveDeviceInfo.cgi").body()).contains("29999999").contains("\"Ohmpilot\" : {\n        \"0\"");
        assertThat(Files.readString(output())).contains("a GEN24 with a battery of 5,000 Wh and an OhmPilot, a plant of 8,200 W in Vienna")
                .contains("without an archive").contains("Quirk ghost-inverter: it lists an inverter 3").contains("SITE_SIMULATED_REALTIME=10s")
                .contains("Fault code-12 (50.0 % of the requests)");
    }

    @Test
    void whatMakesNoSenseIsToldWithWhatWasExpected() {
        assertThat(err("--fault", "cutt")).contains("there is no fault 'cutt'").contains("http-503");
        assertThat(err("--fault", "cut:2")).contains("expected a probability from 0 to 1");
        assertThat(err("--fault", "cut:0.6", "--fault", "slow:0.6")).contains("add up to more than 1");
        assertThat(err("--place", "Atlantis")).contains("expected Berlin, Denver").contains("48.2,16.4");
        assertThat(err("--place", "98,1")).contains("48.2,16.4");
        assertThat(err("--years", "100")).contains("2014-01-01");
        assertThat(err("--interval", "7m")).contains("5, 10, 15, 20 or 30 minutes");
        assertThat(err("--model", "tauro")).contains("expected symo or gen24");
        assertThat(err("--model", "symo", "--storage", "5000")).contains("a Symo is simulated without a storage");
        assertThat(err("--quirk", "sleepy")).contains("there is no quirk 'sleepy'").contains("stale-meter");
        assertThat(err("--address", "no.such.host.invalid")).contains("an address of this computer such as 127.0.0.1");
        assertThat(err("--port", "70000")).contains("from 0 to 65535");
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Typed simulate = Typed.command("simulate", "--port", String.valueOf(taken.getLocalPort()));

            assertThat(simulate.code()).isEqualTo(1);
            assertThat(simulate.err()).contains("Nothing can listen on port " + taken.getLocalPort()).contains("--port")
                    .doesNotContain("\tat ");
        }
    }

    private static String err(String... arguments) {
        List<String> command = new ArrayList<>(List.of("simulate"));
        command.addAll(List.of(arguments));
        Typed typed = Typed.command(command.toArray(String[]::new));
        assertThat(typed.code()).as(typed.err()).isEqualTo(2);
        return typed.err();
    }

    private String start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        program = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile()).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(output()).contains("Ctrl-C ends."));
        Matcher url = Pattern.compile("http://127\\.0\\.0\\.1:\\d+").matcher(Files.readString(output()));
        assertThat(url.find()).isTrue();
        return url.group();
    }

    private Path output() {
        return folder.resolve("output");
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
