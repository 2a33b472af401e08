package io.pvroute.bench;

/** What has happened to the rows since they were given first. */
enum Change {

    NONE("0"),
    ONE_PERCENT("CASE WHEN i % 100 = 0 THEN 1 ELSE 0 END"),
    ALL("2");

    private final String sql;

    Change(String sql) {
        this.sql = sql;
    }

    /** What is added to the values of a row. */
    double of(int row) {
        return switch (this) {
            case NONE -> 0;
            case ONE_PERCENT -> row % 100 == 0 ? 1 : 0;
            case ALL -> 2;
        };
    }

    /** The same as an expression of the row's number i. */
    String sql() {
        return sql;
    }
}
