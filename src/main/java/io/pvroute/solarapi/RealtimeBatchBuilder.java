package io.pvroute.solarapi;

import io.pvroute.solarapi.Failure.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** Puts what an answer tells of its devices into rows. */
final class RealtimeBatchBuilder {

    private static final String WHAT_TO_DO = " Set the logger's date and time, best by a time server (NTP)";

    private record Row(DeviceReading of, Object[] values) {

        boolean tells() {
            return Arrays.stream(values).anyMatch(Objects::nonNull);
        }
    }

    private final Reading asked;
    private final ValueColumns columns;
    private final List<Row> rows = new ArrayList<>();
    private final Set<String> devices = new HashSet<>();
    private final List<DeviceReading> refused = new ArrayList<>();
    private final List<DeviceReading> silent = new ArrayList<>();
    private final boolean clockIsRight;

    /** @param answered when the logger answered, by its clock; null where it does not tell */
    RealtimeBatchBuilder(Reading asked, ValueColumns columns, Instant answered) {
        this.asked = asked;
        this.columns = columns;
        this.clockIsRight = answered != null && asked.believes(answered);
    }

    /** A device that is told a second time has no further row; one of which nothing is known has none at all. */
    void add(DeviceReading reading) {
        if (!believed(reading) || devices.contains(reading.device())) {
            return;
        }
        Row row = new Row(reading, columns.valuesOf(reading.values()));
        // the site as a whole has its row even then: the logger was heard
        if (reading.device() == null || row.tells()) {
            devices.add(reading.device());
            rows.add(row);
        }
    }

    private boolean believed(DeviceReading reading) {
        boolean believed = reading.stamp() != null && asked.believes(reading.stamp());
        if (!believed) {
            // where the logger's own clock is right, an old stamp is that of a device which it does not hear any more
            boolean old = reading.stamp() != null && reading.stamp().isBefore(asked.oldest());
            (old && clockIsRight ? silent : refused).add(reading);
        }
        return believed;
    }

    /** The devices whose values are left out because of their stamp: by its name, why. */
    Map<String, Failure> leftOut() {
        Map<String, Failure> reasons = new LinkedHashMap<>();
        refused.forEach(reading -> reasons.put(reading.device(), new Failure(Fault.CLOCK,
                wrong(reading) + "; its values are left out, the others are kept." + WHAT_TO_DO)));
        silent.forEach(reading -> reasons.put(reading.device(), new Failure(Fault.WINDOW,
                named(reading) + " has not been heard by its logger since " + Reading.inSeconds(reading.stamp())
                        + ", and has no rows until it is")));
        return reasons;
    }

    /** @throws SolarApiException if everything that the answer tells is refused because of the logger's clock */
    RealtimeBatch build() {
        if (rows.isEmpty() && !refused.isEmpty()) {
            DeviceReading first = refused.get(0);
            throw new SolarApiException(first.stamp() == null ? Fault.WINDOW : Fault.CLOCK,
                    wrong(first) + "; nothing of this answer is stored" + (first.stamp() == null ? "" : "." + WHAT_TO_DO));
        }
        boolean ofDevices = rows.isEmpty() || rows.get(0).of.device() != null;
        int[] told = IntStream.range(0, columns.count()).filter(c -> rows.stream().anyMatch(row -> row.values[c] != null)).toArray();
        List<String> names = new ArrayList<>(ofDevices ? List.of("site", "device", "ts") : List.of("site", "ts"));
        Arrays.stream(told).mapToObj(columns::name).forEach(names::add);
        List<Object[]> arrays = rows.stream()
                .sorted(Comparator.comparing(row -> row.of.device(), Comparator.nullsFirst(new CodePointOrder())))
                .map(row -> array(row, told, ofDevices))
                .toList();
        Instant newest = rows.stream().map(row -> row.of.stamp()).max(Comparator.naturalOrder()).orElse(null);
        return new RealtimeBatch(asked.site(), names, arrays, newest);
    }

    private Object[] array(Row row, int[] told, boolean ofDevices) {
        List<Object> array = new ArrayList<>();
        array.add(asked.site());
        if (ofDevices) {
            array.add(row.of.device());
        }
        array.add(row.of.stamp());
        Arrays.stream(told).forEach(c -> array.add(row.values[c]));
        return array.toArray();
    }

    private String wrong(DeviceReading reading) {
        return reading.stamp() == null
                ? "the time of the values cannot be told: Head.Timestamp is missing, or no time with an offset"
                : "the logger's clock is wrong: " + asked.refusal(named(reading), reading.stamp());
    }

    private static String named(DeviceReading reading) {
        String device = reading.device();
        return device == null ? "its answer" : "'" + (device.length() <= 60 ? device : device.substring(0, 60) + "…") + "'";
    }
}
