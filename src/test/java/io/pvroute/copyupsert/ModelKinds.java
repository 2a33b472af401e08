package io.pvroute.copyupsert;

import static io.pvroute.copyupsert.ModelKind.Use.KEY;
import static io.pvroute.copyupsert.ModelKind.Use.KEY_OF_PARTITIONS;
import static io.pvroute.copyupsert.ModelKind.Use.VALUE;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.pvroute.copyupsert.ModelKind.Numbered;
import io.pvroute.copyupsert.ModelKind.Use;
import io.pvroute.copyupsert.ModelKind.Value;

/** The types that tables of the model test are made of: those with an encoder, and some of every sort that has none. */
final class ModelKinds {

    private static final LocalDateTime START = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final List<String> MOODS = List.of("sad", "ok", "happy", "Ärger", "a b", "it's", "b", "a", "\"", "z");

    private ModelKinds() {
    }

    /** Makes the types in a database, and lists all that this server has. */
    static List<ModelKind> createIn(Upserts upserts) {
        upserts.execute("CREATE TYPE mood AS ENUM (" + String.join(", ", MOODS.stream().map(mood -> '\'' + mood.replace("'", "''") + '\'')
                .toList()) + ")");
        upserts.execute("CREATE TYPE pair AS (a int, b text)");
        upserts.execute("CREATE DOMAIN count AS int CHECK (VALUE > -2000000000)");
        upserts.execute("CREATE DOMAIN short AS varchar(12) CHECK (VALUE <> 'refused')");
        upserts.execute("CREATE DOMAIN shorter AS short");
        var kinds = new ArrayList<ModelKind>();
        numbers(kinds);
        texts(kinds);
        times(kinds);
        others(kinds);
        if (!upserts.query("SELECT FROM pg_collation WHERE collprovider = 'i'").isEmpty()) {
            upserts.execute("CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
            upserts.execute("CREATE COLLATION seeing (provider = icu, locale = 'sv')");
            add(kinds, "text COLLATE blind", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(cased(word(n), r)));
            add(kinds, "varchar(12) COLLATE blind", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(cased(word(n), r)));
            add(kinds, "text COLLATE seeing", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)));
        }
        for (String extension : upserts.query("SELECT name FROM pg_available_extensions WHERE name IN ('citext', 'hstore')")) {
            upserts.execute("CREATE EXTENSION " + extension);
            if (extension.equals("citext")) {
                add(kinds, "citext", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(cased(word(n), r)));
            } else {
                add(kinds, "hstore", VALUE, null, (n, r) -> Value.of(r.nextBoolean() ? "b=>" + n + ", a=>1" : "a=>1,b=>" + n));
            }
        }
        return kinds;
    }

    private static void numbers(List<ModelKind> kinds) {
        add(kinds, "bool", KEY_OF_PARTITIONS, "maybe", (n, r) -> n % 2 == 0 ? one(r, false, "no") : one(r, true, "t"));
        add(kinds, "int2", KEY_OF_PARTITIONS, 40_000, (n, r) -> one(r, (short) n, (int) (short) n, String.valueOf((short) n)), "32767",
                "-32768");
        add(kinds, "int4", KEY_OF_PARTITIONS, "x", (n, r) -> one(r, (int) n, n, String.valueOf(n)), "2147483647", "-2147483648", "-1");
        add(kinds, "count", KEY_OF_PARTITIONS, 1.5, (n, r) -> one(r, (int) n, BigDecimal.valueOf(n)));
        add(kinds, "int8", KEY_OF_PARTITIONS, "1e40", (n, r) -> one(r, n, String.valueOf(n)), "9223372036854775807",
                "-9223372036854775808");
        add(kinds, "float4", KEY_OF_PARTITIONS, "x", (n, r) -> n == 0 ? one(r, 0f, -0f) : one(r, n / 4f, String.valueOf(n / 4f)), "NaN",
                "Infinity", "-Infinity", "3.4028235e38", "1e-45");
        add(kinds, "float8", KEY_OF_PARTITIONS, "1e999", (n, r) -> n == 0 ? one(r, 0.0, -0.0, 0) : one(r, n / 10.0, (n / 10.0) + "0"),
                "NaN", "Infinity", "-Infinity", "5e-324", "0.1", "-0");
        add(kinds, "numeric", KEY_OF_PARTITIONS, "1,5", (n, r) -> decimal(BigDecimal.valueOf(n, 1), r), "NaN", "0.00", "1e-20",
                "12345678901234567890.123456789");
        add(kinds, "numeric(10,2)", KEY_OF_PARTITIONS, "1..", (n, r) -> decimal(BigDecimal.valueOf(n, 2), r), "0.004", "-0.005");
    }

    private static void texts(List<ModelKind> kinds) {
        String[] edges = {"", " ", "é", "e\u0301", "\ud83c\udf1e", "a\tb\nc\rd", "\\", "\\N", "'; drop table x; --", "$1 ? {0}", "\u0001",
                "NULL"};
        add(kinds, "text", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)), edges);
        add(kinds, "text COLLATE \"C\"", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)), edges);
        add(kinds, "varchar", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)), edges);
        add(kinds, "varchar(12)", KEY_OF_PARTITIONS, "thirteen chars", (n, r) -> Value.of(word(n)), "abcdefghijkl", "abcdefghijkl  ");
        add(kinds, "short", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)), "abcdefghijkl ");
        add(kinds, "shorter", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n)));
        add(kinds, "bpchar(12)", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n) + " ".repeat(r.nextInt(4))), "", " ", "abcdefghijkl ");
        add(kinds, "bpchar", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(word(n) + " ".repeat(r.nextInt(4))), "", " ");
        add(kinds, "name", KEY, null, (n, r) -> Value.of(word(n)));
        add(kinds, "mood", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(MOODS.get((int) Math.floorMod(n, (long) MOODS.size()))));
        add(kinds, "uuid", KEY_OF_PARTITIONS, "no uuid", (n, r) -> {
            var uuid = new UUID(n * 0x9E3779B97F4A7C15L, n);
            return one(r, uuid, uuid.toString().toUpperCase(Locale.ROOT), uuid.toString().replace("-", ""));
        });
        add(kinds, "bytea", KEY_OF_PARTITIONS, "no bytes", (n, r) -> {
            byte[] bytes = ByteBuffer.allocate(8).putLong(n).array();
            String text = "\\x" + HexFormat.of().formatHex(bytes);
            return r.nextBoolean() ? new Value(bytes, text) : r.nextBoolean() ? new Value(ByteBuffer.wrap(bytes), text) : Value.of(text);
        }, "\\x", "\\x00", "\\xff");
    }

    private static void times(List<ModelKind> kinds) {
        String[] infinities = {"infinity", "-infinity"};
        add(kinds, "date", KEY_OF_PARTITIONS, "2024-02-30", (n, r) -> {
            LocalDate date = START.toLocalDate().plusDays(Math.floorMod(n, 500_000) - 100_000);
            return one(r, date, date.toString());
        }, infinities);
        add(kinds, "time", KEY_OF_PARTITIONS, "25:00", (n, r) -> {
            LocalTime time = LocalTime.MIDNIGHT.plusNanos(n * 1_234_567_000L);
            return one(r, time, time.toString());
        }, "24:00", "23:59:59.999999");
        add(kinds, "timetz", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(LocalTime.MIDNIGHT.plusSeconds(n) + (n % 2 == 0 ? "+00" : "+02")));
        add(kinds, "timestamp", KEY_OF_PARTITIONS, "2024-05-01T12:00:00Z",
                (n, r) -> one(r, START.plusMinutes(5 * n), START.plusMinutes(5 * n).toString()), infinities);
        add(kinds, "timestamptz", KEY_OF_PARTITIONS, "2024-05-01T12:00:00", (n, r) -> instant(START.plusMinutes(5 * n), r), infinities);
        add(kinds, "timestamptz(0)", KEY_OF_PARTITIONS, "yesterday",
                (n, r) -> instant(START.plusSeconds(n).plusNanos(1_000_000L * (r.nextInt(800) - 400)), r));
        add(kinds, "interval", KEY_OF_PARTITIONS, null,
                (n, r) -> switch (r.nextInt(3)) {
                    case 0 -> new Value(Period.ofDays((int) n), n + " days");
                    case 1 -> new Value(Duration.ofHours(24 * n), 24 * n + ":00:00");
                    default -> Value.of(n + " days");
                }, "1 mon", "30 days", "-1 days +24:00:00");
    }

    private static void others(List<ModelKind> kinds) {
        add(kinds, "inet", KEY_OF_PARTITIONS, null, (n, r) -> {
            String address = "10." + (n >> 16 & 255) + '.' + (n >> 8 & 255) + '.' + (n & 255);
            return Value.of(r.nextBoolean() ? address : address + "/32");
        }, "::1", "10.0.0.0/8");
        add(kinds, "int4range", KEY_OF_PARTITIONS, null, (n, r) -> Value.of(
                r.nextBoolean() ? "[" + n + ',' + (n + 3) + ')' : "[" + n + ',' + (n + 2) + ']'), "empty");
        add(kinds, "jsonb", KEY_OF_PARTITIONS, null,
                (n, r) -> switch (r.nextInt(3)) {
            case 0 -> new Value(Map.of("a", n, "b", List.of()), "{\"a\":" + n + ",\"b\":[]}");
            case 1 -> Value.of("{\"a\":" + n + ",\"b\":[]}");
            default -> Value.of("{ \"b\": [], \"a\": " + n + ".0}");
        }, "null", "[]", "1.0");
        add(kinds, "json", VALUE, null, (n, r) -> Value.of(r.nextBoolean() ? "{\"a\":" + n + "}" : "{ \"a\": " + n + " }"), "null", "[]");
        add(kinds, "int4[]", KEY_OF_PARTITIONS, null, (n, r) -> array(r, Arrays.asList((int) n, null)), "{}", "{NULL}");
        add(kinds, "text[]", VALUE, null, (n, r) -> array(r, List.of("a b", "x" + n)), "{}", "{NULL,\"NULL\",\"\\\"\"}");
        add(kinds, "numeric[]", VALUE, null, (n, r) -> Value.of("{" + n + (r.nextBoolean() ? ".0" : "") + "}"));
        add(kinds, "varchar(12)[]", VALUE, null, (n, r) -> array(r, List.of(word(n))));
        add(kinds, "float8[]", VALUE, null, (n, r) -> array(r, List.of(n / 4.0, -0.0)), "{NaN,-Infinity}");
        add(kinds, "timestamptz[]", VALUE, null, (n, r) -> array(r, List.of(START.plusMinutes(n).toInstant(ZoneOffset.UTC))));
        add(kinds, "mood[]", VALUE, null, (n, r) -> array(r, List.of(MOODS.get((int) Math.floorMod(n, 10L)))));
        add(kinds, "inet[]", VALUE, null, (n, r) -> Value.of("{10.0.0." + (n & 255) + '}'));
        add(kinds, "pair", KEY, null, (n, r) -> Value.of("(" + (int) n + ",x)"), "(,)", "(1,\"a b\")");
        add(kinds, "bit(16)", KEY, null, (n, r) -> Value.of(bits(n)));
        add(kinds, "point", VALUE, null, (n, r) -> Value.of("(" + n + ",1)"));
        add(kinds, "tsvector", VALUE, null, (n, r) -> Value.of("'a' 'b" + n + "'"));
    }

    private static void add(List<ModelKind> kinds, String ddl, Use use, Object misfit, Numbered numbered, String... edges) {
        kinds.add(new ModelKind(ddl, use, numbered, Stream.of(edges).map(Value::text).toList(), misfit));
    }

    private static Value one(Random random, Object... spellings) {
        return Value.of(spellings[random.nextInt(spellings.length)]);
    }

    /** The same number with more or fewer digits after the point. */
    private static Value decimal(BigDecimal number, Random random) {
        BigDecimal scaled = random.nextBoolean() ? number.stripTrailingZeros() : number.setScale(number.scale() + random.nextInt(3));
        return random.nextBoolean() ? new Value(scaled, scaled.toPlainString()) : Value.of(scaled.toPlainString());
    }

    private static Value array(Random random, List<?> elements) {
        String text = elements.stream().map(element -> element == null ? "NULL"
                : '"' + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"').collect(Collectors.joining(",", "{", "}"));
        return switch (random.nextInt(3)) {
            case 0 -> new Value(elements, text);
            case 1 -> new Value(elements.toArray(), text);
            default -> Value.of(text);
        };
    }

    private static Value instant(LocalDateTime utc, Random random) {
        Instant instant = utc.toInstant(ZoneOffset.UTC);
        return one(random, instant, instant.atOffset(ZoneOffset.ofHours(2)), instant.atOffset(ZoneOffset.ofHours(-5)).toString());
    }

    /** At most 12 characters, in no order that a byte could tell. */
    private static String word(long number) {
        return List.of("é", "Z", "a b", "'", "_", "ß\\", "z").get((int) Math.floorMod(number * 31, 7L)) + Long.toString(number, 36);
    }

    private static String cased(String word, Random random) {
        return random.nextBoolean() ? word : word.replace('z', 'Z').replace('a', 'A').replace('é', 'É');
    }

    private static String bits(long number) {
        String bits = Long.toBinaryString(number & 0xFFFF);
        return "0".repeat(16 - bits.length()) + bits;
    }
}
