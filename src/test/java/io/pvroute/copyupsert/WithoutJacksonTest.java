package io.pvroute.copyupsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.postgresql.core.Oid;

/** Jackson is optional: a program that does not have it writes what has no need of it. */
class WithoutJacksonTest {

    @Test
    void everyKindOfValueIsEncodedWhereThereIsNoJackson() throws Exception {
        try (var loader = new URLClassLoader(classPathWithoutJackson(), ClassLoader.getPlatformClassLoader())) {
            Method encode = loader.loadClass(WithoutJacksonTest.class.getName()).getDeclaredMethod("encode");
            encode.setAccessible(true);

            assertThatThrownBy(() -> loader.loadClass(JsonNode.class.getName())).isInstanceOf(ClassNotFoundException.class);
            assertThat(encode.invoke(null)).isEqualTo(encode());
        }
    }

    /** @return the text of what was encoded, of a column for each way of encoding */
    static String encode() throws Exception {
        var texts = new StringBuilder();
        Object[][] values = {{Oid.INT4, "5"}, {Oid.FLOAT8, 1}, {Oid.NUMERIC, "1.50"}, {Oid.TEXT, "a"}, {Oid.BOOL, "yes"}, {Oid.UUID,
            "00000000-0000-0000-0000-000000000001"}, {Oid.BYTEA, "\\x07"}, {Oid.DATE, "2024-01-01"}, {Oid.TIME, "12:00"},
            {Oid.TIMETZ, "12:00Z"}, {Oid.TIMESTAMP, "2024-01-01T00:00"}, {Oid.TIMESTAMPTZ, "2024-01-01T00:00Z"}, {Oid.INTERVAL, "PT1S"},
            {Oid.JSONB, Map.of("a", Arrays.asList(1, null, "b"))}, {Oid.INET, "::1"}};
        for (Object[] value : values) {
            texts.append(text(Encoding.of((Integer) value[0], -1), value[1])).append('\n');
        }
        texts.append(text(Encoding.ofArray(Oid.INT4, Encoding.of(Oid.INT4, -1)), List.of(1, 2)));
        try {
            text(Encoding.of(Oid.INT4, -1), new Object());
        } catch (Misfit misfit) {
            texts.append(misfit.expected());
        }
        try (var rows = new Rows(List.of(Map.of("a", 1)), List.of(), 10)) {
            texts.append(rows.next().value(0, 0));
        }
        return texts.toString();
    }

    private static String text(Encoding encoding, Object value) throws Misfit {
        var buffer = new CopyBuffer();
        int start = buffer.size();
        encoding.encoder().encode(value, buffer);
        byte[] field = new byte[buffer.intAt(start)];
        buffer.copyTo(field, 0, start + Integer.BYTES, field.length);
        return encoding.text(field, 0, field.length);
    }

    private static URL[] classPathWithoutJackson() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jackson-"))
                .map(WithoutJacksonTest::url).toArray(URL[]::new);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
