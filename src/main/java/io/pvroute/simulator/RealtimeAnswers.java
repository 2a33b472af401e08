package io.pvroute.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What the devices of a plant tell of the present, in the shapes of recorded answers. */
final class RealtimeAnswers {

    private static final Map<String, String> UNITS = Map.ofEntries(Map.entry("PAC", "W"), Map.entry("SAC", "VA"), Map.entry("FAC", "Hz"),
            Map.entry("IAC", "A"), Map.entry("UAC", "V"), Map.entry("IDC", "A"), Map.entry("IDC_2", "A"), Map.entry("IDC_3", "A"),
            Map.entry("UDC", "V"), Map.entry("UDC_2", "V"), Map.entry("UDC_3", "V"), Map.entry("DAY_ENERGY", "Wh"),
            Map.entry("YEAR_ENERGY", "Wh"), Map.entry("TOTAL_ENERGY", "Wh"));
    private static final List<String> OF_THE_SYSTEM = List.of("DAY_ENERGY", "PAC", "TOTAL_ENERGY", "YEAR_ENERGY");
    /** A meter's answer is so old, s. */
    private static final long METER_DELAY = 1;
    /** A storage's controller tells something new so often, s. */
    private static final long STORAGE_STEP = 5;

    private final Plant plant;
    private final boolean gen24;
    private final Nameplates nameplates;
    private final Measurements measurements;
    private final Answers answers;

    RealtimeAnswers(Plant plant, Nameplates nameplates, Measurements measurements, Answers answers) {
        this.plant = plant;
        gen24 = plant.equipment().model() == Model.GEN24;
        this.nameplates = nameplates;
        this.measurements = measurements;
        this.answers = answers;
    }

    /** GetPowerFlowRealtimeData. */
    Reply powerFlow(Quirks quirks, long now) {
        Present present = measurements.at(now);
        boolean blind = quirks.has(Quirk.NO_METER) || quirks.has(Quirk.STALE_METER);
        boolean noInverters = quirks.has(Quirk.NO_INVERTERS_AT_NIGHT) && asleep(present);
        SortedMap<String, Object> site = new TreeMap<>(present.powerFlow());
        Object charge = site.remove("SOC");
        SortedMap<String, Object> inverter = new TreeMap<>(site);
        inverter.keySet().removeIf(name -> !name.startsWith("E_"));
        inverter.put("DT", plant.equipment().model().type());
        inverter.put("P", present.inverter().getOrDefault("PAC", 0.0));
        if (charge != null) {
            inverter.put("Battery_Mode", present.storage().get("Status_BatteryCell") == 0 ? "suspended" : "normal");
            inverter.put("SOC", charge);
        }
        if (blind) {
            site.replaceAll((name, value) -> name.equals("P_Grid") || name.equals("P_Load") || name.startsWith("rel_") ? null : value);
        }
        if (noInverters) {
            site.replaceAll((name, value) -> name.startsWith("E_") ? null : value);
        }
        site.put("Meter_Location", blind ? "unknown" : "grid");
        site.put("Mode", blind ? "produce-only" : charge == null ? "meter" : "bidirectional");
        SortedMap<String, Object> data = new TreeMap<>(Map.of("Inverters", noInverters ? Map.of() : Map.of(quirks.inverterId(), inverter),
                "Site", site, "Version", "12"));
        if (gen24) {
            site.put("BackupMode", false);
            site.put("BatteryStandby", false);
            data.put("Smartloads", Map.of("Ohmpilots", plant.equipment().ohmPilot() ? Map.of("0", smartLoad(present)) : Map.of()));
        }
        return Reply.json(answers.of(Map.of("Data", data), new TreeMap<>(), now),
                List.of(new Told("Site", "", "", Instant.ofEpochSecond(now))));
    }

    private static SortedMap<String, Object> smartLoad(Present present) {
        return new TreeMap<>(Map.of("P_AC_Total", present.ohmPilot().get("PowerReal_PAC_Sum"), "State", "normal",
                "Temperature", present.ohmPilot().get("Temperature_Channel_1")));
    }

    /** GetInverterRealtimeData: of the whole system, or the common data of one inverter. */
    Reply inverters(Arguments arguments, Quirks quirks, long now) {
        SortedMap<String, String> echo = echo(arguments, "Inverter");
        try {
            Present present = measurements.at(now);
            Told told = new Told("Inverter", quirks.inverterId(), nameplates.inverter(), Instant.ofEpochSecond(now));
            if (scope(arguments).equals("System")) {
                boolean none = quirks.has(Quirk.NO_INVERTERS_AT_NIGHT) && asleep(present);
                return Reply.json(answers.of(Map.of("Data", system(present, quirks, none)), echo, now), none ? List.of() : List.of(told));
            }
            String id = arguments.one("DeviceId");
            if (quirks.has(Quirk.GHOST_INVERTER) && id.equals(Quirks.GHOST)) {
                throw new Refusal(Refusal.UNKNOWN, "Transfer timeout.");
            }
            if (!id.equals(quirks.inverterId())) {
                throw new Refusal(Refusal.DEVICE_NOT_AVAILABLE, "Device not available");
            }
            if (!arguments.one("DataCollection").equals("CommonInverterData")) {
                throw new Refusal(Refusal.NOT_IMPLEMENTED, "DataCollection " + arguments.one("DataCollection") + " is not implemented");
            }
            return Reply.json(answers.of(Map.of("Data", common(present)), echo, now), List.of(told));
        } catch (Refusal refusal) {
            return Reply.json(answers.of(refusal, echo, now), List.of());
        }
    }

    private SortedMap<String, Object> system(Present present, Quirks quirks, boolean none) {
        SortedMap<String, Object> data = new TreeMap<>();
        for (String name : OF_THE_SYSTEM) {
            SortedMap<String, Object> values = new TreeMap<>();
            if (!none) {
                values.put(quirks.inverterId(), present.inverter().getOrDefault(name, gen24 ? null : Double.valueOf(0)));
            }
            data.put(name, new TreeMap<>(Map.of("Unit", UNITS.get(name), "Values", values)));
        }
        return data;
    }

    private SortedMap<String, Object> common(Present present) {
        SortedMap<String, Object> data = new TreeMap<>();
        present.inverter().forEach((name, value) -> {
            SortedMap<String, Object> measured = new TreeMap<>();
            measured.put("Unit", UNITS.get(name));
            measured.put("Value", value);
            data.put(name, measured);
        });
        boolean asleep = asleep(present);
        SortedMap<String, Object> status = new TreeMap<>();
        status.put("StatusCode", asleep ? 3 : 7);
        if (gen24) {
            status.put("ErrorCode", 0);
            status.put("InverterState", asleep ? "Sleeping" : "Running");
        } else {
            status.putAll(Map.of("ErrorCode", asleep ? 307 : 0, "LEDColor", asleep ? 1 : 2, "LEDState", 0, "MgmtTimerRemainingTime", -1,
                    "StateToReset", false));
        }
        data.put("DeviceStatus", status);
        return data;
    }

    /** GetMeterRealtimeData. */
    Reply meters(Arguments arguments, Quirks quirks, long now) {
        boolean stale = quirks.has(Quirk.STALE_METER);
        long stamp = (stale ? quirks.staleAt() : now) - METER_DELAY;
        String id = quirks.has(Quirk.NO_METER) ? null : quirks.meterId();
        return devices(arguments, "Meter", id, nameplates.meter(), stale, stamp, now, () -> {
            SortedMap<String, Object> meter = new TreeMap<>(measurements.at(stamp).meter());
            meter.put("Details", details("Fronius", "Smart Meter 63A", nameplates.meter()));
            meter.put("Enable", 1);
            meter.put("TimeStamp", stamp);
            meter.put("Visible", stale ? 0 : 1);
            return meter;
        });
    }

    /** GetStorageRealtimeData. */
    Reply storages(Arguments arguments, long now) {
        long stamp = now - Math.floorMod(now, STORAGE_STEP);
        String id = plant.equipment().storage() > 0 ? "0" : null;
        return devices(arguments, "Storage", id, nameplates.storage(), false, stamp, now, () -> {
            SortedMap<String, Object> controller = new TreeMap<>(measurements.at(stamp).storage());
            controller.computeIfPresent("Capacity_Maximum", (name, value) -> ((Double) value).longValue());
            controller.computeIfPresent("DesignedCapacity", (name, value) -> ((Double) value).longValue());
            controller.put("Details", details("BYD", "BYD Battery-Box Premium HV", nameplates.storage()));
            controller.put("Enable", 1);
            controller.put("TimeStamp", (double) stamp);
            return new TreeMap<>(Map.of("Controller", controller, "Modules", List.of()));
        });
    }

    /** GetOhmPilotRealtimeData. */
    Reply ohmPilots(Arguments arguments, long now) {
        String id = plant.equipment().ohmPilot() ? "0" : null;
        return devices(arguments, "OhmPilot", id, nameplates.ohmPilot(), false, now, now, () -> {
            SortedMap<String, Object> ohmPilot = new TreeMap<>(measurements.at(now).ohmPilot());
            SortedMap<String, Object> details = details("Fronius", "Ohmpilot", nameplates.ohmPilot());
            details.put("Hardware", "3");
            details.put("Software", "1.0.19-1");
            ohmPilot.putAll(Map.of("CodeOfError", 0, "CodeOfState", 0, "Details", details));
            return ohmPilot;
        });
    }

    /**
     * All devices of a class, of which a plant has one or none, or one of them.
     *
     * @param id    null where there is none: a GEN24 has then nothing to tell, and a Datamanager refuses
     * @param stale whether what it tells is worth nothing
     */
    private Reply devices(Arguments arguments, String deviceClass, String id, String serial, boolean stale, long stamp, long now,
            Supplier<SortedMap<String, Object>> device) {
        SortedMap<String, String> echo = echo(arguments, deviceClass);
        try {
            boolean system = scope(arguments).equals("System");
            if (!system && !arguments.one("DeviceId").equals(id)) {
                throw new Refusal(Refusal.DEVICE_NOT_AVAILABLE, "Device not available");
            }
            if (id == null) {
                if (gen24) {
                    return Reply.json(answers.of(Map.of("Data", Map.of()), echo, now), List.of());
                }
                throw new Refusal(Refusal.UNKNOWN, deviceClass + " not available");
            }
            Map<String, Object> data = system ? Map.of(id, device.get()) : device.get();
            return Reply.json(answers.of(Map.of("Data", data), echo, now),
                    stale ? List.of() : List.of(new Told(deviceClass, id, serial.strip(), Instant.ofEpochSecond(stamp))));
        } catch (Refusal refusal) {
            return Reply.json(answers.of(refusal, echo, now), List.of());
        }
    }

    private static SortedMap<String, Object> details(String manufacturer, String model, String serial) {
        return new TreeMap<>(Map.of("Manufacturer", manufacturer, "Model", model, "Serial", serial));
    }

    private static boolean asleep(Present present) {
        return !present.inverter().containsKey("PAC");
    }

    private static String scope(Arguments arguments) throws Refusal {
        arguments.one("Scope");
        return arguments.oneOf("Scope", "", List.of("Device", "System"));
    }

    /** A Datamanager adds the class that was meant. */
    private SortedMap<String, String> echo(Arguments arguments, String deviceClass) {
        SortedMap<String, String> echo = new TreeMap<>();
        arguments.all().forEach((name, values) -> echo.put(name, values.get(0)));
        if (!gen24) {
            echo.putIfAbsent("DeviceClass", deviceClass);
        }
        return echo;
    }
}
