package io.pvroute.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** GetArchiveData: writes the answer to a request straight onto the wire, with the manners of recorded answers. */
final class ArchiveAnswer {

    private final Plant plant;
    private final Recording recording;
    private final Answers answers;

    ArchiveAnswer(Plant plant, Recording recording, Answers answers) {
        this.plant = plant;
        this.recording = recording;
        this.answers = answers;
    }

    /** @param now epoch seconds; later samples are not there yet */
    void write(Arguments arguments, long now, OutputStream out) throws IOException {
        // a value that makes no sense is refused below, and meanwhile stands for the default
        boolean humanReadable = !arguments.list("HumanReadable").contains("False");
        try (JsonGenerator json = answers.json(out, humanReadable)) {
            json.writeStartObject();
            json.writeObjectFieldStart("Body");
            json.writeObjectFieldStart("Data");
            int code = 0;
            String reason = "";
            Map<String, List<String>> echo = new TreeMap<>(arguments.all());
            try {
                ArchiveQuery query = ArchiveQuery.of(arguments, plant.zone());
                List<Device> devices = recording.devices().stream().filter(query::asksFor).toList();
                if (devices.isEmpty()) {
                    throw new Refusal(Refusal.DEVICE_NOT_AVAILABLE, "Device not available");
                }
                echo.putIfAbsent("HumanReadable", List.of("True"));
                echo.putIfAbsent("SeriesType", List.of("Detail"));
                echo.put("StartDate", List.of(answers.stamp(query.first())));
                echo.put("EndDate", List.of(answers.stamp(query.last())));
                for (Device device : devices) {
                    node(json, query, device, now);
                }
            } catch (Refusal refusal) {
                code = refusal.code();
                reason = refusal.getMessage();
            }
            json.writeEndObject();
            json.writeEndObject();
            answers.head(json, echo, code, reason, now);
            json.writeEndObject();
        }
    }

    private void node(JsonGenerator json, ArchiveQuery query, Device device, long now) throws IOException {
        List<Channel> channels = query.channels().stream()
                .filter(channel -> device.channels().contains(channel) || eventTriggered(channel) && recording.hasEvents(device))
                .toList();
        if (channels.isEmpty() || !recording.covers(query.first(), query.last() + 1, now)) {
            return;
        }
        json.writeObjectFieldStart(device.node());
        json.writeObjectFieldStart("Data");
        boolean cyclic = channels.stream().anyMatch(device.channels()::contains);
        Samples samples = cyclic ? recording.samples(device, query.first(), query.last() + 1, now) : new Samples(device.channels(), 0);
        List<Key> keys = keys(samples, query.first());
        for (Channel channel : channels) {
            json.writeObjectFieldStart(channel.wireName());
            json.writeStringField("Unit", channel.unit());
            json.writeFieldName("Values");
            switch (channel) {
                case ERRORS -> json.writeNull();
                case EVENTS -> events(json, query, now);
                default -> values(json, samples, channel, keys);
            }
            if (channel.id() != 0) {
                json.writeStringField("_comment", "channelId=" + channel.id());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        if (device instanceof Inverter) {
            json.writeNumberField("DeviceType", 123);
        }
        json.writeStringField("End", answers.stamp(query.last()));
        if (device instanceof Inverter) {
            json.writeNumberField("NodeType", 97);
        }
        json.writeStringField("Start", answers.stamp(query.first()));
        json.writeEndObject();
    }

    private static boolean eventTriggered(Channel channel) {
        return channel == Channel.EVENTS || channel == Channel.ERRORS;
    }

    /** A sample's key, seconds after the node's start, with its place in the order of time. */
    private record Key(SerializedString text, int index) {}

    /** Sorted as text, as the firmware does: 10200 stands before 1200. */
    private static List<Key> keys(Samples samples, long start) {
        Key[] keys = new Key[samples.size()];
        Arrays.setAll(keys, index -> new Key(new SerializedString(Long.toString(samples.instant(index) - start)), index));
        Arrays.sort(keys, Comparator.comparing(key -> key.text.getValue()));
        return Arrays.asList(keys);
    }

    private static void values(JsonGenerator json, Samples samples, Channel channel, List<Key> keys) throws IOException {
        json.writeStartObject();
        for (Key key : keys) {
            json.writeFieldName(key.text);
            double value = samples.value(channel, key.index);
            if (value == (long) value) {
                json.writeNumber((long) value);
            } else {
                json.writeNumber(value);
            }
        }
        json.writeEndObject();
    }

    private void events(JsonGenerator json, ArchiveQuery query, long now) throws IOException {
        List<Event> events = new ArrayList<>(recording.events(query.first(), query.last() + 1, now));
        events.sort(Comparator.comparing(event -> key(event, query)));
        json.writeStartObject();
        for (Event event : events) {
            json.writeFieldName(key(event, query));
            json.writeRawValue(event.detail());
        }
        json.writeEndObject();
    }

    private static String key(Event event, ArchiveQuery query) {
        return Long.toString(event.instant().getEpochSecond() - query.first());
    }
}
