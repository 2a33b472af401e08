package io.pvroute.copyupsert;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What is encoded is stored and comes back in the same bytes, and its text is read to the same value, whatever the session's settings:
 * random values and the ends of every type.
 */
class RoundTripTest {

    private static final int RANDOM_VALUES = 300;
    private static final long DAY_NANOS = 86_400_000_000_000L;
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    /** Every setting that changes how values are printed or read, each as far as possible from what is usual. */
    private static final List<String> SETTINGS = List.of(
            "",
            "SET DateStyle = 'German, DMY' SET IntervalStyle = sql_standard SET TimeZone = 'Asia/Kathmandu' SET bytea_output = escape"
                    + " SET extra_float_digits = -15",
            "SET DateStyle = 'SQL, MDY' SET IntervalStyle = postgres_verbose SET TimeZone = 'America/St_Johns' SET extra_float_digits = 3",
            "SET DateStyle = 'Postgres, YMD' SET IntervalStyle = iso_8601 SET TimeZone = 'Pacific/Apia'");

    private static Upserts upserts;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        upserts.execute("CREATE TYPE mood AS ENUM ('sad', 'so so', 'zufrieden, \"wirklich\"', 'NULL')");
        upserts.execute("CREATE DOMAIN percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100)");
        upserts.execute("CREATE DOMAIN share AS percent CHECK (VALUE < 100)");
        upserts.execute("CREATE DOMAIN temper AS mood CHECK (VALUE <> 'sad')");
        upserts.execute("CREATE DOMAIN tags AS text[] CHECK (cardinality(VALUE) < 30)");
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    /** A type, the ends of it and a source of random values. */
    private record Values(String type, List<?> ends, Supplier<?> random) {

        List<Object> all() {
            return Stream.concat(ends.stream(), Stream.generate(random).limit(RANDOM_VALUES)).<Object>map(value -> value).toList();
        }

        @Override
        public String toString() {
            return type + " (seed " + SEED + ')';
        }
    }

    /** Types whose fields come back in the bytes that were sent. */
    static List<Values> faithful() {
        var random = new Random(SEED);
        return List.of(
                new Values("bool", List.of(true, false), random::nextBoolean),
                new Values("smallint", List.of(Short.MIN_VALUE, Short.MAX_VALUE, 0), () -> (short) random.nextInt()),
                new Values("int", List.of(Integer.MIN_VALUE, Integer.MAX_VALUE, -1), random::nextInt),
                new Values("bigint", List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0), random::nextLong),
                new Values("float4", List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE,
                        Float.MAX_VALUE, Float.MIN_NORMAL), () -> Float.intBitsToFloat(random.nextInt())),
                new Values("float8", List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE,
                        Double.MAX_VALUE, Double.MIN_NORMAL, 2e-3, 1e23, 2.0e23, Double.longBitsToDouble(0xfff8_0000_0000_0001L)),
                        () -> Double.longBitsToDouble(random.nextLong())),
                new Values("numeric", List.of(0, "0.00", "-0.0", "1.00", "10000", "0.0001", "1e-16383", "1e131071", "NaN",
                        since(140_000) ? "Infinity" : 0, since(140_000) ? "-Infinity" : 0, "9999.9999", "100000000.00000001",
                        "1000000000000"), () -> decimal(random)),
                new Values("text", List.of("", " ", "NULL", "\\", "'\"{},", "\t\n\r\b", "Zoë 🌞", "{}", "\\x00", "\uffff"),
                        () -> string(random)),
                new Values("varchar(5)", List.of("", "     ", "12345", "12345   ", "🌞🌞🌞🌞🌞"), () -> cut(string(random), 5)),
                new Values("name", List.of("", "Pac-1"), () -> cut(string(random), 15)),
                new Values("uuid", List.of(new UUID(0, 0), new UUID(-1, -1)), () -> new UUID(random.nextLong(), random.nextLong())),
                new Values("bytea", List.of(new byte[0], "\\x00ff5c27"), () -> bytes(random)),
                new Values("date", List.of(LocalDate.MIN, LocalDate.MAX, LocalDate.of(-4713, 11, 24), LocalDate.of(5874897, 12, 31),
                        LocalDate.of(0, 2, 29), LocalDate.of(1, 1, 1), LocalDate.of(99, 12, 31), LocalDate.of(10000, 1, 1)),
                        () -> LocalDate.ofEpochDay(random.nextInt(4_000_000) - 2_000_000)),
                new Values("time", List.of("24:00:00", LocalTime.MIN, LocalTime.MAX),
                        () -> LocalTime.ofNanoOfDay(random.nextLong(DAY_NANOS))),
                new Values("timestamp", List.of(LocalDateTime.MIN, LocalDateTime.MAX, LocalDateTime.of(-4713, 11, 24, 0, 0),
                        LocalDateTime.of(294276, 12, 31, 23, 59, 59, 999_999_000), LocalDateTime.of(0, 12, 31, 23, 59, 59, 1_000)),
                        () -> LocalDateTime.ofInstant(instant(random), ZoneOffset.UTC)),
                new Values("timestamptz", List.of(Instant.MIN, OffsetDateTime.MAX, Instant.parse("-4713-11-24T00:00:00Z"),
                        Instant.parse("+294276-12-31T23:59:59.999999Z"), Instant.parse("1999-12-31T23:59:59.999999Z")),
                        () -> instant(random)),
                new Values("numeric(8,2)", List.of(0, "0.005", "-0.005", "999999.994", "1e-5", 0.1 + 0.2, "NaN"),
                        () -> random.nextInt(1_000_000_000) / 1000.0 - 500_000),
                new Values(since(150_000) ? "numeric(3,-2)" : "numeric(5,0)", List.of(0, 99_900, "-149.99"), () -> random.nextInt(99_000)),
                new Values("numeric(3,0)", List.of(0, 999, "-99.5"), () -> random.nextDouble() * 100),
                new Values("char(4)", List.of("", "a", "a  b", "abcd    ", "ä🌞"), () -> cut(string(random), 4)),
                new Values("mood", labels(), () -> any(labels(), random)),
                new Values("timestamptz(0)", List.of(Instant.MAX, Instant.parse("1999-12-31T23:59:59.5Z"),
                        Instant.parse("1999-12-31T23:59:58.5Z"), Instant.parse("2000-01-01T00:00:00.4999999Z")), () -> instant(random)),
                new Values("timestamp(3)", List.of(LocalDateTime.MIN), () -> LocalDateTime.ofInstant(instant(random), ZoneOffset.UTC)),
                new Values("time(2)", List.of("24:00", "23:59:59.995"), () -> LocalTime.ofNanoOfDay(random.nextLong(DAY_NANOS))),
                new Values("timetz", List.of("24:00:00-15:59:59", "00:00+15:59:59", "12:30Z"), () -> offsetTime(random)),
                new Values("timetz(1)", List.of("23:59:59.95+00"), () -> offsetTime(random)),
                new Values("interval", intervals(), () -> interval(random)),
                new Values("temper", labels().subList(1, 4), () -> any(labels().subList(1, 4), random)),
                new Values("share", List.of(0, 99.994), () -> random.nextInt(9_999) / 100.0),
                new Values("tags", List.of(List.of(), List.of("")), () -> list(random, () -> string(random))),
                new Values("bool[]", List.of(new boolean[] {true, false}), () -> list(random, random::nextBoolean)),
                new Values("int[]", List.of(new int[0], new int[] {1, -2}, "{}", " { 3 , NULL } "), () -> list(random, random::nextInt)),
                new Values("int[]", List.of(new int[2][3], "{{{1,NULL}}}"), () -> List.of(list(3, random::nextInt), list(3, () -> null))),
                new Values("float8[]", List.of(new double[] {Double.NaN, -0.0}), () -> list(random, random::nextGaussian)),
                new Values("text[]", List.of(Arrays.asList("NULL", null, "null", "", " ", "\\", "\"", "{a,b}"),
                        "{\"a \\\\\\\"\",b c ,null}"),
                        () -> list(random, () -> string(random))),
                new Values("varchar(3)[]", List.of(List.of("abc   ")), () -> list(random, () -> cut(string(random), 3))),
                new Values("char(3)[]", List.of(List.of("a", "")), () -> list(random, () -> cut(string(random), 3))),
                new Values("numeric(8,2)[]", List.of(List.of(1, "2.345")), () -> list(random, random::nextInt)
                        .stream().map(number -> number == null ? null : BigDecimal.valueOf((Integer) number, 4)).toList()),
                new Values("mood[]", List.of(labels()), () -> list(random, () -> any(labels(), random))),
                new Values("temper[]", List.of(List.of("so so")), () -> list(random, () -> any(labels().subList(1, 4), random))),
                new Values("share[]", List.of(List.of(1, 2)), () -> list(random, () -> random.nextInt(99))),
                new Values("timestamptz(3)[]", List.of(List.of(Instant.EPOCH)), () -> list(random, () -> instant(random))),
                new Values("interval[]", List.of(intervals()), () -> list(random, () -> interval(random))),
                new Values("bytea[]", List.of(List.of(new byte[] {'\\', '"', 0})), () -> list(random, () -> bytes(random))),
                new Values("uuid[]", List.of(List.of()), () -> list(random, () -> new UUID(random.nextLong(), random.nextLong()))),
                new Values("json[]", List.of(List.of("{}", Map.of("a", List.of(1)))), () -> list(random, () -> json(random, 3))),
                new Values("jsonb", List.of(List.of(), Map.of(), 1e23, -0.0, 1e-7, new BigDecimal("1E+3"), true,
                        Map.of("", "\u0001\u007f/\\")),
                        () -> json(random, 4)),
                new Values("json", List.of("null", "{\"a\" :  [1, 2.50]}", "\"\\u0000\""), () -> Integer.toString(random.nextInt())));
    }

    /** Types whose values the server may spell in another way than they were given: they are stored right, in other bytes. */
    static List<Values> respelt() {
        var random = new Random(SEED);
        return List.of(
                new Values("jsonb", List.of("{\"b\":1,\"a\":{\"x\":1.50,\"x\":2}}", " [1,2]"), () -> "[ 1,2 ]"),
                new Values("jsonb[]", List.of(List.of("{\"b\":1}")), () -> List.of("[ 1,2 ]")),
                new Values("interval(0)", List.of("1.6 s"), () -> Duration.ofMillis(1 + random.nextInt(999))),
                new Values("interval year to month", List.of("1 mon 1 day"), () -> "1 h"));
    }

    static List<Values> all() {
        return Stream.concat(faithful().stream(), respelt().stream()).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faithful")
    void comesBackInTheBytesThatWereSent(Values values) throws Exception {
        try (var table = new Table(values.type())) {
            List<Object> all = values.all();
            List<Field> sent = table.store(all);
            List<String> stored = table.stored();

            for (int i = 0; i < all.size(); i++) {
                assertThat(stored.get(i)).as(String.valueOf(all.get(i))).isEqualTo(sent.get(i).bytes());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("respelt")
    void comesBackInOtherBytes(Values values) throws Exception {
        try (var table = new Table(values.type())) {
            List<Object> all = values.all();
            List<Field> sent = table.store(all);
            List<String> stored = table.stored();

            for (int i = 0; i < all.size(); i++) {
                assertThat(stored.get(i)).as(String.valueOf(all.get(i))).isNotEqualTo(sent.get(i).bytes());
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void itsTextIsReadToTheSameValueUnderEverySetting(Values values) throws Exception {
        try (var table = new Table(values.type())) {
            List<Object> all = values.all();
            List<Field> sent = table.store(all);

            for (String settings : SETTINGS) {
                // Earlier servers tell the driver of a DateStyle that only a function has.
                String heard = since(140_000) ? settings : settings.replaceAll("'\\w+, (...)'", "'ISO, $1'");
                assertThat(table.readOtherwise(heard, sent)).as(heard).isEmpty();
            }
        }
    }

    /** Texts that lie halfway between two values of the type, where it matters how they are rounded. */
    static List<Values> halves() {
        var random = new Random(SEED);
        return List.of(
                new Values("numeric(8,2)", List.of("-0.005"),
                        () -> BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 3).toString()),
                new Values("timestamptz(0)", List.of("1999-12-31T23:59:58.5Z"), () -> half(random, "0.5") + "Z"),
                new Values("timestamp(3)", List.of("1999-12-31T23:59:59.9995"), () -> half(random, "0.0005")),
                new Values("time(2)", List.of("23:59:59.995"), () -> half(random, "0.005").substring(11)),
                new Values("timetz(1)", List.of("23:59:59.95+01"), () -> half(random, "0.05").substring(11) + "-05"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("halves")
    void isRoundedAsTheServerRoundsText(Values values) throws Exception {
        try (var table = new Table(values.type())) {
            List<Object> all = values.all();
            List<Field> sent = table.store(all);
            List<Field> given = IntStream.range(0, all.size()).mapToObj(i -> new Field(sent.get(i).bytes(), (String) all.get(i))).toList();

            assertThat(table.readOtherwise("", given)).isEmpty();
        }
    }

    /** An encoded field: its bytes in hexadecimal digits, and its text. */
    private record Field(String bytes, String text) {
    }

    /** A table of values of one type, numbered from 0, and a session of its own. */
    private static final class Table implements AutoCloseable {

        private final Connection connection = DriverManager.getConnection(upserts.database.url());
        private final String type;
        private final Encoding encoding;

        Table(String type) throws SQLException {
            this.type = type;
            execute("DROP TABLE IF EXISTS given");
            execute("CREATE TABLE given (k int PRIMARY KEY, v " + type + ")");
            connection.setAutoCommit(false);
            encoding = new Catalog(connection).read("given", List.of("k", "v"), List.of()).columns().get(1).encoding();
            connection.rollback();
            connection.setAutoCommit(true);
        }

        List<Field> store(List<Object> values) throws SQLException, Misfit {
            var fields = new ArrayList<Field>();
            var buffer = new CopyBuffer();
            var rows = new EncodedRows(buffer, List.of(), values.size());
            for (int k = 0; k < values.size(); k++) {
                int first = buffer.size();
                buffer.startRow(2);
                buffer.putInt(4);
                buffer.putInt(k);
                int start = buffer.size();
                encoding.encoder().encode(values.get(k), buffer);
                rows.add(first, buffer.size(), k);
                byte[] field = new byte[buffer.size() - start];
                buffer.copyTo(field, 0, start, field.length);
                fields.add(new Field(HexFormat.of().formatHex(field, 4, field.length), encoding.text(field, 4, field.length - 4)));
            }
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY given FROM STDIN (FORMAT binary)");
            rows.sendTo(copy);
            copy.endCopy();
            return fields;
        }

        List<String> stored() throws SQLException, IOException {
            var fields = new ArrayList<String>();
            var out = new ByteArrayOutputStream();
            String sql = "COPY (SELECT v FROM given ORDER BY k) TO STDOUT (FORMAT binary)";
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
            ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray()).position(19);
            while (bytes.getShort() > 0) {
                byte[] field = new byte[bytes.getInt()];
                bytes.get(field);
                fields.add(HexFormat.of().formatHex(field));
            }
            return fields;
        }

        /** The values whose text is read as something else under these settings: a function has them, as the driver wants its own. */
        List<String> readOtherwise(String settings, List<Field> fields) throws SQLException {
            execute("DROP FUNCTION IF EXISTS reads(text)");
            execute("CREATE FUNCTION reads(text) RETURNS " + type + " LANGUAGE plpgsql " + settings
                    + " AS 'BEGIN RETURN CAST($1 AS " + type + "); END'");
            var wrong = new ArrayList<String>();
            try (PreparedStatement statement = connection.prepareStatement("SELECT CAST(g.v AS text), t.text, CAST(t.v AS text)"
                    + " FROM given g JOIN (SELECT u.k - 1 AS k, u.text, reads(u.text) AS v"
                    + " FROM unnest(CAST(? AS text[])) WITH ORDINALITY AS u(text, k)) AS t ON t.k = g.k"
                    + " WHERE ROW(t.v)::record *<> ROW(g.v)::record")) {
                statement.setString(1, ArrayText.of(fields.stream().map(Field::text).toList()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        wrong.add(row.getString(1) + ", told as " + row.getString(2) + ", was read as " + row.getString(3));
                    }
                }
            }
            return wrong;
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static boolean since(int version) {
        return Integer.parseInt(upserts.one("SHOW server_version_num")) >= version;
    }

    private static BigDecimal decimal(Random random) {
        return new BigDecimal(new BigInteger(random.nextInt(90), random), random.nextInt(60) - 20)
                .multiply(BigDecimal.valueOf(random.nextInt(3) - 1));
    }

    /** Characters that mean something to arrays, literals and COPY, and those of two to four bytes. */
    private static String string(Random random) {
        int[] characters = "aB \"\\{},'\t\nNUL$\u007fäß€\ud83c\udf1e".codePoints().toArray();
        return random.ints(random.nextInt(12), 0, characters.length).map(i -> characters[i])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static String cut(String text, int length) {
        return text.codePointCount(0, text.length()) <= length ? text : text.substring(0, text.offsetByCodePoints(0, length));
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** From 3000 BC to 15000 AD. */
    private static Instant instant(Random random) {
        return Instant.ofEpochSecond(random.nextLong(-157_000_000_000L, 411_000_000_000L), random.nextInt(1_000_000_000));
    }

    /** From 1997 to 2003, as a multiple of the step. */
    private static String half(Random random, String step) {
        long nanos = new BigDecimal(step).movePointRight(9).longValueExact();
        LocalDateTime time = LocalDateTime.of(1997 + random.nextInt(6), 1, 1, 0, 0).plusNanos(nanos * random.nextInt(10_000_000));
        return time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS"));
    }

    private static OffsetTime offsetTime(Random random) {
        return OffsetTime.of(LocalTime.ofNanoOfDay(random.nextLong(DAY_NANOS)),
                ZoneOffset.ofTotalSeconds(random.nextInt(115_199) - 57_599));
    }

    private static List<String> labels() {
        return List.of("sad", "so so", "zufrieden, \"wirklich\"", "NULL");
    }

    private static <T> T any(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    /** Up to five elements, some of them null. */
    private static List<Object> list(Random random, Supplier<?> element) {
        return Stream.generate(() -> random.nextInt(5) == 0 ? null : (Object) element.get()).limit(random.nextInt(6)).collect(toList());
    }

    private static List<Object> list(int length, Supplier<?> element) {
        return Stream.generate(() -> (Object) element.get()).limit(length).collect(toList());
    }

    /** The longest that can be told as text only since PostgreSQL 15. */
    private static List<Object> intervals() {
        var intervals = new ArrayList<Object>(List.of(Duration.ZERO, Period.ofMonths(Integer.MIN_VALUE), Period.ofDays(Integer.MIN_VALUE),
                Period.ofMonths(Integer.MAX_VALUE).plusDays(Integer.MAX_VALUE), Duration.ofNanos(-1_000), "PT-0.5S",
                "-1 mon +2 days -00:00:00.000001", "1 mon -2 days +2147483647:59:59.999999"));
        if (since(150_000)) {
            intervals.addAll(List.of("PT9223372036854.775807S", "PT-9223372036854.775808S"));
        }
        return intervals;
    }

    private static Object interval(Random random) {
        return "P" + (random.nextInt(200) - 100) + "M" + (random.nextInt(200) - 100) + "DT"
                + BigDecimal.valueOf(random.nextInt(2_000_000_000) - 1_000_000_000L, random.nextInt(7)).toPlainString() + "S";
    }

    private static Object json(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextBoolean();
            case 1 -> random.nextLong();
            case 2 -> decimal(random);
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 4 -> List.of(string(random));
            case 5 -> list(random, () -> json(random, depth - 1));
            default -> {
                var map = new HashMap<String, Object>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(string(random), json(random, depth - 1));
                }
                yield map;
            }
        };
    }
}
