package io.pvroute.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** All that a plant's logger can be asked for, and what it answers. */
final class Firmware {

    static final String ARCHIVE = "/solar_api/v1/GetArchiveData.cgi";
    private static final String API_VERSION = "/solar_api/GetAPIVersion.cgi";
    private static final String LOGGER_INFO = "/solar_api/v1/GetLoggerInfo.cgi";
    private static final String DEVICES = "/solar_api/v1/GetActiveDeviceInfo.cgi";
    private static final String INVERTERS = "/solar_api/v1/GetInverterInfo.cgi";
    private static final String POWER_FLOW = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
    private static final String INVERTER = "/solar_api/v1/GetInverterRealtimeData.cgi";
    private static final String METER = "/solar_api/v1/GetMeterRealtimeData.cgi";
    private static final String STORAGE = "/solar_api/v1/GetStorageRealtimeData.cgi";
    private static final String OHM_PILOT = "/solar_api/v1/GetOhmPilotRealtimeData.cgi";
    private static final Set<String> REALTIME = Set.of(POWER_FLOW, INVERTER, METER, STORAGE, OHM_PILOT);
    private static final Set<String> DISCOVERY = Set.of(API_VERSION, LOGGER_INFO, DEVICES, INVERTERS);

    private final boolean hasArchive;
    private final Recording recording;
    private final Measurements measurements;
    private final ArchiveAnswer archive;
    private final DiscoveryAnswers discovery;
    private final RealtimeAnswers realtime;

    Firmware(Plant plant) {
        hasArchive = plant.equipment().model() == Model.SYMO;
        Sky sky = new Sky(plant);
        Roof roof = new Roof(plant, sky);
        PowerLimits limits = new PowerLimits(plant);
        Inverter inverter = new Inverter(plant, sky, roof, limits);
        Ledger ledger = new Ledger(plant, new Balance(plant, inverter, new Household(plant)));
        Answers answers = new Answers(plant);
        Nameplates nameplates = Nameplates.of(plant);
        recording = new Recording(plant, inverter, limits, ledger);
        measurements = new Measurements(plant, sky, roof, ledger);
        archive = new ArchiveAnswer(plant, recording, answers);
        discovery = new DiscoveryAnswers(plant, nameplates, answers);
        realtime = new RealtimeAnswers(plant, nameplates, measurements, answers);
    }

    Recording recording() {
        return recording;
    }

    Measurements measurements() {
        return measurements;
    }

    /** Whether an archive request to this path gets an archive answer. */
    boolean asksForArchive(String path, Quirks quirks) {
        return hasArchive && path.equals(ARCHIVE) && !quirks.has(Quirk.API_OFF);
    }

    /** Whether it is one of the paths of the present of the devices. */
    static boolean asksForPresent(String path) {
        return REALTIME.contains(path);
    }

    /** Whether it is one of the paths that tell what there is. */
    static boolean asksForDevices(String path) {
        return DISCOVERY.contains(path);
    }

    /** The body of an archive answer, straight onto the wire. */
    void archive(String query, Instant now, OutputStream body) throws IOException {
        archive.write(new Arguments(query), now.getEpochSecond(), body);
    }

    /** @param query what stands behind the {@code ?}, still encoded; null without one */
    Reply reply(String path, String query, Quirks quirks, Instant now) {
        if (quirks.has(Quirk.API_OFF) && path.startsWith("/solar_api/")) {
            return Reply.SWITCHED_OFF;
        }
        long second = now.getEpochSecond();
        Arguments arguments = new Arguments(query);
        return switch (path) {
            case ARCHIVE -> hasArchive ? Reply.json(archived(query, now), List.of()) : Reply.NOT_FOUND;
            case API_VERSION -> Reply.json(discovery.apiVersion(), List.of());
            case LOGGER_INFO -> Reply.json(discovery.loggerInfo(now), List.of());
            case DEVICES -> Reply.json(discovery.activeDevices(quirks, second), List.of());
            case INVERTERS -> Reply.json(discovery.inverters(quirks, measurements.asleep(second), second), List.of());
            case POWER_FLOW -> realtime.powerFlow(quirks, second);
            case INVERTER -> realtime.inverters(arguments, quirks, second);
            case METER -> realtime.meters(arguments, quirks, second);
            case STORAGE -> realtime.storages(arguments, second);
            case OHM_PILOT -> realtime.ohmPilots(arguments, second);
            default -> Reply.NOT_FOUND;
        };
    }

    private byte[] archived(String query, Instant now) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(64 * 1024);
        try {
            archive(query, now, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);      // not in memory
        }
        return body.toByteArray();
    }
}
