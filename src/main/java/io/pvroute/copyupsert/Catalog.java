package io.pvroute.copyupsert;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a {@link Target} from the system catalog of PostgreSQL 12 or later. What people name is looked up there; what enters a statement
 * later are the names and types that the catalog gives.
 */
final class Catalog {

    private static final String FINGERPRINT = sql("fingerprint.sql");
    private static final String TABLE = sql("table.sql");
    private static final String COLUMNS = sql("columns.sql");
    private static final String UNIQUE_INDEXES = sql("unique-indexes.sql");
    private static final String KEY_OPERATORS = sql("key-operators.sql");

    private static final Set<Long> BYTE_ORDERED_COLLATIONS = Set.of(950L, 951L); // C and POSIX, see pg_collation.dat
    private static final Map<String, String> OTHER_KINDS = Map.of("v", "a view", "m", "a materialized view", "f", "a foreign table",
            "i", "an index", "I", "an index", "S", "a sequence", "c", "a composite type", "t", "a TOAST table");

    private final Connection connection;

    /** @param connection in a transaction; the caller rolls it back, as its search_path is changed until then */
    Catalog(Connection connection) {
        this.connection = connection;
    }

    /** The state of the table's catalog entries, or null where there is no such table (any more). */
    static String fingerprint(Connection connection, List<String> candidates) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FINGERPRINT)) {
            statement.setArray(1, connection.createArrayOf("text", candidates.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString("fingerprint") : null;
            }
        }
    }

    /**
     * @param columns names of the columns that rows have a value for, in that order
     * @param key     names of the columns that identify a row; empty: the primary key
     * @throws UpsertDataException if there is no such table, column or key, or it cannot be written this way
     */
    Target read(String table, List<String> columns, List<String> key) throws SQLException {
        List<String> candidates = Name.tableCandidates(table);
        String fingerprint = fingerprint(connection, candidates);
        if (fingerprint == null) {
            throw new UpsertDataException("There is no table " + table + " in the database or on its search_path. Nothing was written. "
                    + "Create it, or correct the setting table of CopyUpsertProcessor.");
        }
        long oid = Long.parseLong(fingerprint.substring(0, fingerprint.indexOf(' ')));
        try (Statement statement = connection.createStatement()) {
            // Types are then named with their schema, whatever search_path the session has that writes.
            statement.execute("SET LOCAL search_path = pg_catalog");
        }
        try (PreparedStatement statement = forTable(TABLE, oid); ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new UpsertDataException("The table " + table + " was dropped a moment ago. Nothing was written.");
            }
            String name = row.getString("schema") + '.' + row.getString("name");
            String kind = OTHER_KINDS.get(row.getString("kind"));
            if (kind != null) {
                throw new UpsertDataException(name + " is " + kind + ", not a table. Nothing was written. Name the table behind it.");
            }
            if (row.getBoolean("row_security")) {
                // A row that a policy hides or protects is skipped without a word: it would be counted as unchanged.
                throw new UpsertDataException("Row security applies to this user of " + name + ", and what its policies keep from being "
                        + "written could not be told from what is unchanged. Nothing was written. Write as the table's owner or as a role "
                        + "with BYPASSRLS.");
            }
            List<CatalogColumn> known = columns(oid);
            List<CatalogColumn> written = new ArrayList<>();
            for (String column : columns) {
                written.add(writable(name, column, known, written, columns));
            }
            Key by = key(name, oid, key, known);
            for (CatalogColumn column : by.columns()) {
                if (!written.contains(column)) {
                    throw new UpsertDataException("Column " + column.column().name() + " of the key of " + name
                            + " is not among the columns given. Nothing was written. Give every row its whole key.");
                }
            }
            List<CatalogColumn> ordered = Stream.concat(by.columns().stream(), written.stream()).distinct().toList();
            return new Target(name, Name.quoted(row.getString("schema"), row.getString("name")), row.getString("name"), oid, candidates,
                    fingerprint, by.unique(), row.getBoolean("rules"), row.getBoolean("temporary"),
                    ordered.stream().map(CatalogColumn::column).toList(), ordered.stream().map(written::indexOf).toList(), by.parts());
        }
    }

    private List<CatalogColumn> columns(long oid) throws SQLException {
        var columns = new ArrayList<CatalogColumn>();
        try (PreparedStatement statement = forTable(COLUMNS, oid)) {
            statement.setLong(2, oid);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String typeName = row.getString("type_name");
                    String bareType = row.getString("bare_type");
                    Encoding encoding = encoding(row);
                    var column = new Column(row.getString("name"), typeName, bareType, row.getBoolean("cuts") ? bareType : typeName,
                            encoding.asText() ? "text" : typeName, row.getBoolean("domain"), row.getLong("type"), encoding);
                    String always = !row.getString("generated").isEmpty() ? "is generated from other columns"
                            : row.getString("identity").equals("a") ? "is GENERATED ALWAYS AS IDENTITY" : null;
                    columns.add(new CatalogColumn(column, row.getInt("attnum"), always));
                }
            }
        }
        return columns;
    }

    private static Encoding encoding(ResultSet row) throws SQLException {
        Encoding scalar = row.getBoolean("enum") ? Encoding.ofEnum() : Encoding.of(row.getLong("scalar"), row.getInt("scalar_typmod"));
        long element = row.getLong("element");
        return element == 0 ? scalar : Encoding.ofArray(element, scalar);
    }

    private static CatalogColumn writable(String table, String given, List<CatalogColumn> known, List<CatalogColumn> written,
                                          List<String> columns) {
        CatalogColumn column = find(table, given, known);
        if (column.always() != null) {
            throw new UpsertDataException("Column " + column.column().name() + " of " + table + ' ' + column.always()
                    + ": PostgreSQL fills it in. Nothing was written. Leave it out of the columns.");
        }
        if (written.contains(column)) {
            throw new UpsertDataException("Column " + column.column().name() + " of " + table + " is given twice, as "
                    + columns.get(written.indexOf(column)) + " and as " + given + ". Nothing was written. Name it once, and alike in all rows.");
        }
        return column;
    }

    private static CatalogColumn find(String table, String given, List<CatalogColumn> known) {
        return Name.columnCandidates(given).stream()
                .map(candidate -> known.stream().filter(column -> column.column().name().equals(candidate)).findFirst())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new UpsertDataException("The table " + table + " has no column " + given + ". It has "
                        + known.stream().map(column -> column.column().name()).toList() + ". Nothing was written."));
    }

    private Key key(String table, long oid, List<String> key, List<CatalogColumn> known) throws SQLException {
        List<CatalogColumn> named = key.stream().map(column -> find(table, column, known)).distinct().toList();
        Set<Integer> numbers = named.stream().map(CatalogColumn::attnum).collect(Collectors.toSet());
        var reasons = new ArrayList<String>();
        for (List<IndexColumn> index : uniqueIndexes(oid)) {
            IndexColumn first = index.get(0);
            boolean meant = named.isEmpty() ? first.primary() : Set.of(first.columns()).equals(numbers);
            if (meant && first.unusable() == null) {
                return new Key(true, index.stream().map(column -> column(column.attnum(), known)).toList(),
                        index.stream().map(column -> part(column(column.attnum(), known), column)).toList());
            } else if (meant) {
                reasons.add("the unique index " + first.index() + ' ' + first.unusable());
            }
        }
        if (!reasons.isEmpty()) {
            throw new UpsertDataException("The table " + table + " cannot be upserted by "
                    + (named.isEmpty() ? "its primary key" : "the key " + key) + ": " + String.join(", ", reasons)
                    + ". Nothing was written. Create a unique index that is neither partial, deferrable nor on an expression, "
                    + "or name another key.");
        }
        if (named.isEmpty()) {
            throw new UpsertDataException("The table " + table + " has no primary key. Nothing was written. Add one, or name the columns "
                    + "that identify a row as key.");
        }
        var parts = new ArrayList<KeyPart>();
        for (CatalogColumn column : named) {
            parts.add(part(column, operators(table, oid, column)));
        }
        return new Key(false, named, parts);
    }

    private static CatalogColumn column(int attnum, List<CatalogColumn> known) {
        return known.stream().filter(one -> one.attnum() == attnum).findFirst().orElseThrow();
    }

    private static KeyPart part(CatalogColumn column, IndexColumn indexed) {
        boolean text = indexed.collate() != null;
        Encoding.KeyBytes bytes = column.column().encoding().keyBytes();
        boolean faithful = bytes != Encoding.KeyBytes.NOTHING && (!text || indexed.faithfulText());
        boolean byteOrdered = faithful && indexed.defaultOrder() && bytes != Encoding.KeyBytes.UNORDERED
                && (!text || BYTE_ORDERED_COLLATIONS.contains(indexed.collation()));
        return new KeyPart(column.column(), indexed.operators()[1], indexed.operators()[0], indexed.operators()[2],
                Objects.requireNonNullElse(indexed.collate(), ""), indexed.direction(), faithful, byteOrdered, indexed.defaultOrder());
    }

    private IndexColumn operators(String table, long oid, CatalogColumn column) throws SQLException {
        try (PreparedStatement statement = forTable(KEY_OPERATORS, oid)) {
            statement.setInt(2, column.attnum());
            statement.setLong(3, column.column().typeOid());
            try (ResultSet row = statement.executeQuery()) {
                if (row.next() && row.getArray("operators") != null) {
                    return new IndexColumn("", false, null, column.attnum(), new Integer[] {column.attnum()}, true, "",
                            (String[]) row.getArray("operators").getArray(), row.getLong("collation"), row.getString("collate"),
                            row.getBoolean("faithful_text"));
                }
            }
        }
        throw new UpsertDataException("Column " + column.column().name() + " of " + table + " cannot be part of a key: PostgreSQL has no order "
                + "for its type " + column.column().typeName() + ". Nothing was written. Name another key.");
    }

    private Iterable<List<IndexColumn>> uniqueIndexes(long oid) throws SQLException {
        var indexes = new LinkedHashMap<String, List<IndexColumn>>();
        try (PreparedStatement statement = forTable(UNIQUE_INDEXES, oid); ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                var column = new IndexColumn(row.getString("index"), row.getBoolean("is_primary"), row.getString("unusable"),
                        row.getInt("attnum"), (Integer[]) row.getArray("columns").getArray(), row.getBoolean("default_order"),
                        row.getString("direction"),
                        row.getArray("operators") == null ? null : (String[]) row.getArray("operators").getArray(),
                        row.getLong("collation"), row.getString("collate"), row.getBoolean("faithful_text"));
                indexes.computeIfAbsent(column.index(), name -> new ArrayList<>()).add(column);
            }
        }
        return indexes.values();
    }

    private PreparedStatement forTable(String sql, long oid) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setLong(1, oid);
        return statement;
    }

    private static String sql(String file) {
        try (InputStream in = Catalog.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The statement " + file + " cannot be read from the jar.", e);
        }
    }

    /** @param always why PostgreSQL does not take values for it; null where it does */
    private record CatalogColumn(Column column, int attnum, String always) {
    }

    /** The columns of a key in its order, the same as {@link KeyPart}s. */
    private record Key(boolean unique, List<CatalogColumn> columns, List<KeyPart> parts) {
    }

    /**
     * One column of a unique index; attnum is 0 for an expression.
     *
     * @param columns all columns of the index, those too that an expression or a predicate of it reads
     */
    private record IndexColumn(String index, boolean primary, String unusable, int attnum, Integer[] columns, boolean defaultOrder,
                               String direction, String[] operators, long collation, String collate, boolean faithfulText) {
    }
}
