package io.pvroute.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The frame of every answer: {@code Body} before {@code Head}, arguments echoed, slashes escaped, times with the plant's own offset, as in
 * recorded answers.
 */
final class Answers {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter ZONE_NAME = DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH);

    /** In the order in which recorded answers have them. */
    private static final List<String> DEVICE_CLASSES = List.of("Inverter", "Meter", "Ohmpilot", "SensorCard", "Storage", "StringControl");

    private final JsonFactory factory = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            // who answers closes: an answer that broke off must not look complete
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();
    private final Plant plant;

    Answers(Plant plant) {
        this.plant = plant;
        factory.setCharacterEscapes(new EscapedSlash());
    }

    /** Closing it flushes, but does not close {@code out}. */
    JsonGenerator json(OutputStream out, boolean humanReadable) throws IOException {
        JsonGenerator json = factory.createGenerator(out);
        return humanReadable ? json.useDefaultPrettyPrinter() : json;
    }

    /** Epoch seconds as the logger writes them, {@code 2021-07-29T00:00:00+02:00}. */
    String stamp(long instant) {
        return STAMP.format(Instant.ofEpochSecond(instant).atZone(plant.zone()));
    }

    /** GetAPIVersion: flat, without a head. */
    void apiVersion(OutputStream out) throws IOException {
        try (JsonGenerator json = json(out, true)) {
            json.writeStartObject();
            json.writeNumberField("APIVersion", 1);
            json.writeStringField("BaseURL", "/solar_api/v1/");
            json.writeStringField("CompatibilityRange", "1.6-3");
            json.writeEndObject();
        }
    }

    /** GetLoggerInfo. */
    void loggerInfo(OutputStream out, Instant now) throws IOException {
        ZoneId zone = plant.zone();
        String[] place = zone.getId().split("/");
        try (JsonGenerator json = json(out, true)) {
            json.writeStartObject();
            json.writeObjectFieldStart("Body");
            json.writeObjectFieldStart("LoggerInfo");
            json.writeStringField("DefaultLanguage", "en");
            json.writeStringField("HWVersion", "2.4E");
            json.writeStringField("PlatformID", "wilma");
            json.writeStringField("ProductID", "fronius-datamanager-card");
            json.writeStringField("SWVersion", "3.18.7-1");
            json.writeStringField("TimezoneLocation", place[place.length - 1]);
            json.writeStringField("TimezoneName", ZONE_NAME.format(now.atZone(zone)));
            json.writeNumberField("UTCOffset", zone.getRules().getOffset(now).getTotalSeconds());
            json.writeStringField("UniqueID", "240." + (100_000 + Math.floorMod(plant.seed(), 900_000)));
            json.writeEndObject();
            json.writeEndObject();
            head(json, Map.of(), 0, "", now.getEpochSecond());
            json.writeEndObject();
        }
    }

    /** GetActiveDeviceInfo of the whole system. */
    void activeDevices(OutputStream out, List<Device> devices, Instant now) throws IOException {
        try (JsonGenerator json = json(out, true)) {
            json.writeStartObject();
            json.writeObjectFieldStart("Body");
            json.writeObjectFieldStart("Data");
            for (String deviceClass : DEVICE_CLASSES) {
                json.writeObjectFieldStart(deviceClass);
                for (Device device : devices) {
                    if (device.deviceClass().equals(deviceClass)) {
                        json.writeObjectFieldStart(device.deviceId());
                        json.writeNumberField("DT", device.type());
                        json.writeStringField("Serial", device.serial(plant.seed()));
                        json.writeEndObject();
                    }
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
            head(json, Map.of("DeviceClass", List.of("System")), 0, "", now.getEpochSecond());
            json.writeEndObject();
        }
    }

    /** @param arguments with one value as text, with several as an array */
    void head(JsonGenerator json, Map<String, List<String>> arguments, int code, String reason, long now) throws IOException {
        json.writeObjectFieldStart("Head");
        json.writeObjectFieldStart("RequestArguments");
        for (Map.Entry<String, List<String>> argument : arguments.entrySet()) {
            json.writeFieldName(argument.getKey());
            if (argument.getValue().size() == 1) {
                json.writeString(argument.getValue().get(0));
            } else {
                json.writeArray(argument.getValue().toArray(String[]::new), 0, argument.getValue().size());
            }
        }
        json.writeEndObject();
        json.writeObjectFieldStart("Status");
        json.writeNumberField("Code", code);
        json.writeObjectFieldStart("ErrorDetail");
        json.writeArrayFieldStart("Nodes");
        json.writeEndArray();
        json.writeEndObject();
        json.writeStringField("Reason", reason);
        json.writeStringField("UserMessage", "");
        json.writeEndObject();
        json.writeStringField("Timestamp", stamp(now));
        json.writeEndObject();
    }

    /** JSON allows {@code \/} for a slash, and the firmware writes it. */
    private static final class EscapedSlash extends CharacterEscapes {

        private final int[] ascii = standardAsciiEscapesForJSON();
        private final SerializedString slash = new SerializedString("\\/");

        EscapedSlash() {
            ascii['/'] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return slash;
        }
    }
}
