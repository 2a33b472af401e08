package io.pvroute.bench;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tables of a measurement: an instant every five minutes since 2015 as key, and values. Each row is given by its number and by what
 * happened to it, once for the contestants in Java ({@link Samples}) and once, independently, in SQL, so that what they have stored can be
 * checked. With one value the rows are those of the seed in Python.
 *
 * @param values how many columns of float8 there are beside the key
 */
record Shape(int values) {

    static final String KEY = "ts";
    static final int MINUTES = 5;

    List<String> valueColumns() {
        return IntStream.range(0, values).mapToObj(i -> "v" + i).toList();
    }

    /** Names of all columns, the key first. */
    List<String> columns() {
        return IntStream.range(-1, values).mapToObj(i -> i < 0 ? KEY : "v" + i).toList();
    }

    String createTable(String table) {
        return "CREATE TABLE " + table + " (" + KEY + " timestamptz PRIMARY KEY, " + typedValues() + ")";
    }

    String typedValues() {
        return valueColumns().stream().map(column -> column + " float8").collect(Collectors.joining(", "));
    }

    /** Values before anything has changed, and after 1 % of them and then all of them have. */
    double value(int row, int column, Change change) {
        return (row + 37 * column) % 5000 / 7.0 + change.of(row);
    }

    /** A query for the first rows of the table as they must be. */
    String truth(int rows, Change change) {
        return truthOf("generate_series(0, " + (rows - 1) + ")", change.sql());
    }

    /**
     * A query for rows as they must be.
     *
     * @param numbers what goes into FROM and gives the numbers of the rows
     * @param added   what is added to the values of row i
     */
    String truthOf(String numbers, String added) {
        String columns = IntStream.range(0, values)
                .mapToObj(i -> "(i + " + 37 * i + ") % 5000 / 7.0::float8 + (" + added + ") AS v" + i)
                .collect(Collectors.joining(", "));
        return "SELECT '2015-01-01 00:00:00+00'::timestamptz + i * interval '" + MINUTES + " minutes' AS " + KEY + ", " + columns
                + " FROM " + numbers + " AS i";
    }

    /** A query for one text that differs where the rows of two tables differ in number, in key or in any bit of a value. */
    static String checksum(String from) {
        return "SELECT count(*) || ' rows, sum ' || coalesce(sum(hash_record_extended(r, 0)::numeric), 0) FROM (" + from + ") AS r";
    }
}
