package io.pvroute.bench;

/** Why a measurement is worth nothing, in a sentence. */
final class BenchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
