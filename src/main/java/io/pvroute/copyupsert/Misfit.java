package io.pvroute.copyupsert;

/** A value that its column's type does not take. Row and column are added by {@link EncodedBatch}, which knows them. */
final class Misfit extends Exception {

    private final String expected;

    /** @param expected completes the sentence "expected …" */
    Misfit(String expected) {
        super(expected, null, false, false);
        this.expected = expected;
    }

    String expected() {
        return expected;
    }
}
