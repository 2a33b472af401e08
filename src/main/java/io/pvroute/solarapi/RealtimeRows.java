package io.pvroute.solarapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pvroute.solarapi.Failure.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the rows of a realtime answer: the step of a route between reading the answer and storing it (Solar API V1, operating instructions
 * 42,0410,2012). Can be used by any number of threads.
 *
 * <p>All methods have the same parameters:
 * <ul>
 * <li>{@code answer}: what the logger answered
 * <li>{@code reading}: what was asked for: {@code site}, {@code oldest_at} and {@code newest_at} (the stamps that are believed, both
 * inclusive, by the clock that all runners share), {@code asked_at} (now, by that clock; may be missing), and {@code device_id}, missing or
 * empty but where one device was asked for
 * <li>{@code values}: for each column its {@code column_name}, the {@code value} that goes into it (its name in the answer, with dots between
 * the levels) and {@code is_text}
 * </ul>
 * and throw {@link SolarApiException} if the answer is none of the Solar API, has a status other than 0, or was stamped by a clock that is
 * wrong, and {@link IllegalArgumentException} if {@code reading} or {@code values} are not as described.
 */
public final class RealtimeRows {

    private static final Logger LOG = LoggerFactory.getLogger(RealtimeRows.class);

    private static final JsonNode NOTHING = JsonNodeFactory.instance.missingNode();

    private final Mentioned leftOut = new Mentioned();

    /**
     * GetPowerFlowRealtimeData: one row for the site, also where nothing but the time is told, as at night. The values are those of
     * {@code Data.Site}; {@code SOC} is the mean of the inverters that tell one, in percent, {@code Battery_Mode} that of the first.
     */
    public RealtimeBatch powerFlow(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading,
            @Variable("values") List<Map<String, Object>> values) {
        return batch(answer, reading, values, (told, asked) -> {
            JsonNode site = told.data().path("Site");
            JsonNode inverters = told.data().path("Inverters");
            return List.of(new DeviceReading(null, told.stamp(), path -> {
                JsonNode value = at(site, path);
                return value.isMissingNode() || value.isNull() ? ofInverters(inverters, path.get(0)) : value;
            }));
        });
    }

    /**
     * GetInverterRealtimeData, of all inverters ({@code Scope=System}) or of one ({@code Scope=Device}): a row for each,
     * {@code inverter/1}. The stamp is that of the answer.
     */
    public RealtimeBatch inverters(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading,
            @Variable("values") List<Map<String, Object>> values) {
        return batch(answer, reading, values, (told, asked) -> {
            JsonNode data = told.data();
            Set<String> ids = new LinkedHashSet<>();
            data.forEach(value -> value.path("Values").fieldNames().forEachRemaining(ids::add));
            if (!ids.isEmpty()) {
                return ids.stream().map(id -> new DeviceReading(DeviceName.of("inverter", id, null), told.stamp(),
                        path -> at(data.path(path.get(0)).path("Values").path(id), rest(path)))).toList();
            }
            return data.isEmpty() ? List.of() : List.of(new DeviceReading(oneDevice("inverter", null, told, asked), told.stamp(), path -> {
                JsonNode value = data.path(path.get(0));
                return at(value.has("Value") ? value.path("Value") : value, rest(path));
            }));
        });
    }

    /**
     * GetMeterRealtimeData, of all meters or of one: a row for each, {@code meter:16220118}, or {@code meter/0} where it tells no serial.
     * One that is stale ({@code Visible} 0, or an old stamp while the logger's clock is right) has none. The stamp is the meter's own; that of the answer where it has none.
     */
    public RealtimeBatch meters(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading,
            @Variable("values") List<Map<String, Object>> values) {
        return batch(answer, reading, values, (told, asked) -> devices("meter", told, asked, device -> device));
    }

    /**
     * GetStorageRealtimeData, of all batteries or of one: a row for each, {@code storage:27342798}, or {@code storage/0} where it tells no
     * serial. Values, serial and stamp are those of its {@code Controller}.
     */
    public RealtimeBatch storages(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading,
            @Variable("values") List<Map<String, Object>> values) {
        return batch(answer, reading, values, (told, asked) -> devices("storage", told, asked, device -> device.path("Controller")));
    }

    /**
     * GetOhmPilotRealtimeData, of all or of one: a row for each, {@code ohmpilot:28136344}, or {@code ohmpilot/0} where it tells no serial.
     * The stamp is that of the answer.
     */
    public RealtimeBatch ohmpilots(@Body JsonNode answer, @Variable("reading") Map<String, Object> reading,
            @Variable("values") List<Map<String, Object>> values) {
        return batch(answer, reading, values, (told, asked) -> devices("ohmpilot", told, asked, device -> device));
    }

    private RealtimeBatch batch(JsonNode answer, Map<String, Object> reading, List<Map<String, Object>> values,
            BiFunction<JsonAnswer, Reading, List<DeviceReading>> readings) {
        Reading asked = Reading.of(reading);
        ValueColumns columns = new ValueColumns(values);
        JsonAnswer told = JsonAnswer.of(answer).okay();
        RealtimeBatchBuilder builder = new RealtimeBatchBuilder(asked, columns, told.stamp());
        readings.apply(told, asked).forEach(builder::add);
        RealtimeBatch batch = builder.build();
        builder.leftOut().forEach((device, why) -> {
            if (leftOut.first(asked.site(), device, why.fault().name())) {
                LOG.warn("{}: {}. More of that device is not told here", asked.site(), why.reason());
            }
        });
        return batch;
    }

    /** @param values where in a device's object its values, its serial and its stamp are */
    private static List<DeviceReading> devices(String deviceClass, JsonAnswer told, Reading asked, UnaryOperator<JsonNode> values) {
        List<DeviceReading> devices = new ArrayList<>();
        JsonNode data = told.data();
        // those of all have the devices' numbers where that of one has its fields
        boolean ofAll = data.properties().stream().anyMatch(field -> WholeNumber.of(field.getKey()) != null);
        if (ofAll) {
            data.properties().forEach(device -> add(devices, values.apply(device.getValue()), told,
                    serial -> DeviceName.of(deviceClass, device.getKey(), serial)));
        } else {
            add(devices, values.apply(data), told, serial -> oneDevice(deviceClass, serial, told, asked));
        }
        return devices;
    }

    private static void add(List<DeviceReading> devices, JsonNode values, JsonAnswer told, UnaryOperator<String> name) {
        Double visible = PlainValue.number(values.path("Visible"));
        boolean stale = visible != null && visible == 0;
        if (values.isObject() && !values.isEmpty() && !stale) {
            Instant own = PlainValue.instant(values.path("TimeStamp"));
            devices.add(new DeviceReading(name.apply(PlainValue.serial(values.path("Details").path("Serial"))),
                    own == null ? told.stamp() : own, path -> at(values, path)));
        }
    }

    /** The name of the one device that was asked for. */
    private static String oneDevice(String deviceClass, String serial, JsonAnswer told, Reading asked) {
        String id = asked.deviceId() == null ? told.argument("DeviceId") : asked.deviceId();
        if (id == null && serial == null) {
            throw new SolarApiException(Fault.WINDOW, "answered the values of one " + deviceClass
                    + " without telling which one it is; ask for all of them, or name the one that is asked for");
        }
        return DeviceName.of(deviceClass, id, serial);
    }

    /** What the inverters know of the battery, and the site as a whole does not. */
    private static JsonNode ofInverters(JsonNode inverters, String name) {
        Stream<JsonNode> told = inverters.properties().stream().map(Map.Entry::getValue);
        return switch (name) {
            case "SOC" -> {
                OptionalDouble mean = told.filter(inverter -> !hasNoBattery(inverter)).map(inverter -> PlainValue.number(inverter.path(name)))
                        .filter(Objects::nonNull).mapToDouble(Double::doubleValue).average();
                yield mean.isPresent() ? DoubleNode.valueOf(mean.getAsDouble()) : NOTHING;
            }
            case "Battery_Mode" -> told.map(inverter -> inverter.path(name)).filter(mode -> PlainValue.text(mode) != null).findFirst()
                    .orElse(NOTHING);
            default -> NOTHING;
        };
    }

    /** A GEN24 without a battery says before 1.18 that it is empty and disabled. */
    private static boolean hasNoBattery(JsonNode inverter) {
        Double charge = PlainValue.number(inverter.path("SOC"));
        return charge != null && charge == 0 && "disabled".equals(PlainValue.text(inverter.path("Battery_Mode")));
    }

    private static JsonNode at(JsonNode node, List<String> path) {
        JsonNode found = node;
        for (String name : path) {
            found = found.path(name);
        }
        return found;
    }

    private static List<String> rest(List<String> path) {
        return path.subList(1, path.size());
    }
}
