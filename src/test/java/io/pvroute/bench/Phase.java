package io.pvroute.bench;

/** What a table is taken through, one after the other. */
enum Phase {

    FIRST("first load", Change.NONE),
    UNCHANGED("unchanged", Change.NONE),
    ONE_PERCENT("1 % changed", Change.ONE_PERCENT),
    ALL("all changed", Change.ALL);

    private final String title;
    private final Change change;

    Phase(String title, Change change) {
        this.title = title;
        this.change = change;
    }

    String title() {
        return title;
    }

    /** What had happened to the rows that are written in this phase. */
    Change change() {
        return change;
    }
}
