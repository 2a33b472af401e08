package io.pvroute.simulator;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a logger tells of itself and of its devices. */
final class DiscoveryAnswers {

    private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);
    private static final SortedMap<String, String> NO_ARGUMENTS = new TreeMap<>();
    private static final int RUNNING = 7;
    private static final int SLEEPING = 3;

    private final Plant plant;
    private final Nameplates nameplates;
    private final Answers answers;

    DiscoveryAnswers(Plant plant, Nameplates nameplates, Answers answers) {
        this.plant = plant;
        this.nameplates = nameplates;
        this.answers = answers;
    }

    /** GetAPIVersion: flat, without a head. */
    byte[] apiVersion() {
        return answers.flat(new TreeMap<>(Map.of("APIVersion", 1, "BaseURL", "/solar_api/v1/",
                "CompatibilityRange", gen24() ? "1.7-3" : "1.6-3")));
    }

    /** GetLoggerInfo, which a GEN24 does not know. */
    byte[] loggerInfo(Instant now) {
        if (gen24()) {
            return answers.of(new Refusal(Refusal.NOT_SUPPORTED, "v1/GetLoggerInfo.cgi request is not supported."), NO_ARGUMENTS,
                    now.getEpochSecond());
        }
        ZoneId zone = plant.zone();
        String[] place = zone.getId().split("/");
        Map<String, Object> info = new TreeMap<>(Map.of("CO2Factor", 0.5299999713897705, "CO2Unit", "kg", "CashCurrency", "EUR",
                "CashFactor", 0.07800000160932541, "DefaultLanguage", "en", "DeliveryFactor", 0.15000000596046448));
        info.put("HWVersion", "2.4E");
        info.put("PlatformID", "wilma");
        info.put("ProductID", "fronius-datamanager-card");
        info.put("SWVersion", "3.18.7-1");
        info.put("TimezoneLocation", place[place.length - 1]);
        info.put("TimezoneName", ZONE_NAME.format(now.atZone(zone)));
        info.put("UTCOffset", zone.getRules().getOffset(now).getTotalSeconds());
        info.put("UniqueID", "240." + (100_000 + Math.floorMod(plant.seed(), 900_000)));
        return answers.of(Map.of("LoggerInfo", info), NO_ARGUMENTS, now.getEpochSecond());
    }

    /** GetActiveDeviceInfo of the whole system. */
    byte[] activeDevices(Quirks quirks, long now) {
        Map<String, Map<String, Object>> devices = new TreeMap<>();
        for (String deviceClass : new String[] {"Inverter", "Meter", "Ohmpilot", "SensorCard", "Storage", "StringControl"}) {
            devices.put(deviceClass, new TreeMap<>());
        }
        devices.get("Inverter").put(quirks.inverterId(), device(plant.equipment().model().type(), nameplates.inverter()));
        if (quirks.has(Quirk.GHOST_INVERTER)) {
            devices.get("Inverter").put(Quirks.GHOST, device(plant.equipment().model().type(), "29999999"));
        }
        if (!quirks.has(Quirk.NO_METER)) {
            devices.get("Meter").put(quirks.meterId(), device(-1, nameplates.meter()));
        }
        if (plant.equipment().storage() > 0) {
            devices.get("Storage").put("0", device(-1, nameplates.storage()));
        }
        if (plant.equipment().ohmPilot()) {
            devices.get("Ohmpilot").put("0", device(-1, nameplates.ohmPilot()));
        }
        return answers.of(Map.of("Data", devices), new TreeMap<>(Map.of("DeviceClass", "System")), now);
    }

    private static Map<String, Object> device(int type, String serial) {
        return new TreeMap<>(Map.of("DT", type, "Serial", serial));
    }

    /** GetInverterInfo. */
    byte[] inverters(Quirks quirks, boolean asleep, long now) {
        Map<String, Object> inverters = new TreeMap<>();
        if (!(asleep && quirks.has(Quirk.NO_INVERTERS_AT_NIGHT))) {
            inverters.put(quirks.inverterId(), new TreeMap<>(Map.of("CustomName", entities(gen24() ? "Süddach" : "Symo"),
                    "DT", plant.equipment().model().type(), "ErrorCode", 0, "PVPower", Math.round(plant.peakPower()), "Show", 1,
                    "StatusCode", asleep ? SLEEPING : RUNNING, "UniqueID", nameplates.inverter())));
        }
        return answers.of(Map.of("Data", inverters), NO_ARGUMENTS, now);
    }

    /** As the firmware writes the names that people give: {@code &#83;&#252;&#100;}. */
    private static String entities(String name) {
        return name.chars().mapToObj(character -> "&#" + character + ";").collect(Collectors.joining());
    }

    private boolean gen24() {
        return plant.equipment().model() == Model.GEN24;
    }
}
