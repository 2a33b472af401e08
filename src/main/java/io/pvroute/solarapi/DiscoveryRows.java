package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.pvroute.solarapi.Failure.Fault;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Makes rows of what a logger says of itself and of its devices (Solar API V1, operating instructions 42,0410,2012). Can be used by any
 * number of threads.
 *
 * <p>All methods have the same parameters: {@code answer}, what the logger answered, and {@code reading}, what was asked for: {@code site},
 * and {@code asked_at}, when, by the clock that all runners share. They throw {@link SolarApiException} if the answer is none of the Solar
 * API or has a status other than 0, and {@link IllegalArgumentException} if {@code reading} is not as described.
 */
public final class DiscoveryRows {

    private static final List<String> DEVICE_CLASSES = List.of("Inverter", "Meter", "Storage", "Ohmpilot", "SensorCard", "StringControl");
    /** What an inverter says that has none: all 24 bits set. */
    private static final String NO_UNIQUE_ID = "16777215";

    /**
     * GetAPIVersion: one row with {@code site}, {@code api_version} ({@code Integer}), {@code compatibility} (not on old firmware) and
     * {@code seen_at}.
     */
    public DiscoveryBatch apiVersion(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading) {
        RouteVariable asked = new RouteVariable("reading", reading);
        Integer version = answer == null ? null : PlainValue.integer(answer.path("APIVersion"));
        if (version == null) {
            throw new SolarApiException(Fault.SITE,
                    "answered JSON, but no version of the Solar API; check that the address is that of a Fronius logger");
        }
        return new DiscoveryBatch(List.of("site", "api_version", "compatibility", "seen_at"), List.<Object[]>of(new Object[] {
            asked.site(), version, PlainValue.text(answer.path("CompatibilityRange")), asked.required("asked_at")}));
    }

    /**
     * GetLoggerInfo: one row with {@code site}, {@code product}, {@code hardware}, {@code software}, {@code unique_id},
     * {@code zone_location}, {@code utc_offset} ({@code Integer}, in seconds) and {@code seen_at}. A GEN24, Tauro or Verto does not support
     * the request: then {@code site} and {@code seen_at} are all that is told.
     */
    public DiscoveryBatch loggerInfo(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading) {
        RouteVariable asked = new RouteVariable("reading", reading);
        JsonAnswer told = JsonAnswer.of(answer);
        JsonNode info = (StatusCode.isUnsupported(told.status()) ? told : told.okay()).body().path("LoggerInfo");
        return new DiscoveryBatch(
                List.of("site", "product", "hardware", "software", "unique_id", "zone_location", "utc_offset", "seen_at"),
                List.<Object[]>of(new Object[] {asked.site(), PlainValue.text(info.path("ProductID")), PlainValue.text(info.path("HWVersion")),
                    PlainValue.text(info.path("SWVersion")), PlainValue.text(info.path("UniqueID")),
                    PlainValue.text(info.path("TimezoneLocation")), PlainValue.integer(info.path("UTCOffset")), asked.required("asked_at")}));
    }

    /**
     * GetActiveDeviceInfo of {@code DeviceClass=System}: a row for every device that is awake, with {@code site}, {@code device} (as
     * {@link RealtimeRows} name it), {@code class} ({@code Inverter}, {@code Meter} …), {@code id} (its number there), {@code serial},
     * {@code model_code} ({@code Integer}, of inverters and cards; 1 on every GEN24) and {@code seen_at}.
     */
    public DiscoveryBatch devices(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading) {
        RouteVariable asked = new RouteVariable("reading", reading);
        SortedMap<String, Object[]> rows = new TreeMap<>(new CodePointOrder());
        JsonAnswer.of(answer).okay().data().properties().forEach(ofClass -> ofClass.getValue().properties().forEach(device -> {
            if (device.getValue().isObject()) {
                String serial = PlainValue.serial(device.getValue().path("Serial"));
                String name = DeviceName.of(ofClass.getKey(), device.getKey(), serial);
                rows.putIfAbsent(name, new Object[] {asked.site(), name, spelled(ofClass.getKey()), StorableText.of(device.getKey()), serial,
                    modelCode(device.getValue()), asked.required("asked_at")});
            }
        }));
        return new DiscoveryBatch(List.of("site", "device", "class", "id", "serial", "model_code", "seen_at"), rows.values());
    }

    /**
     * GetInverterInfo: a row for every inverter that was there in the last 24 hours, with {@code site}, {@code device}, {@code class},
     * {@code id}, {@code unique_id} (some number of the inverter, on some loggers its serial), {@code model_code} ({@code Integer}),
     * {@code name} (as the owner calls it), {@code pv_power} ({@code Double}, in W) and {@code seen_at}.
     */
    public DiscoveryBatch inverterInfo(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading) {
        RouteVariable asked = new RouteVariable("reading", reading);
        SortedMap<String, Object[]> rows = new TreeMap<>(new CodePointOrder());
        JsonAnswer.of(answer).okay().data().properties().forEach(inverter -> {
            JsonNode told = inverter.getValue();
            if (told.isObject()) {
                String name = DeviceName.of("inverter", inverter.getKey(), null);
                String uniqueId = PlainValue.serial(told.path("UniqueID"));
                rows.putIfAbsent(name, new Object[] {asked.site(), name, "Inverter", StorableText.of(inverter.getKey()),
                    NO_UNIQUE_ID.equals(uniqueId) ? null : uniqueId, modelCode(told), PlainValue.text(told.path("CustomName")),
                    PlainValue.number(told.path("PVPower")), asked.required("asked_at")});
            }
        });
        return new DiscoveryBatch(List.of("site", "device", "class", "id", "unique_id", "model_code", "name", "pv_power", "seen_at"),
                rows.values());
    }

    /** −1 is that of devices that have none. */
    private static Integer modelCode(JsonNode device) {
        Integer code = PlainValue.integer(device.path("DT"));
        return code == null || code < 0 ? null : code;
    }

    /** As the instructions spell it: firmware differs in the case. */
    private static String spelled(String deviceClass) {
        return DEVICE_CLASSES.stream().filter(deviceClass::equalsIgnoreCase).findFirst().orElseGet(() -> StorableText.of(deviceClass));
    }
}
