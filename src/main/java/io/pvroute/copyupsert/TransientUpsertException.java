package io.pvroute.copyupsert;

/**
 * The database did not do its part, although nothing is wrong with the rows: it is away, full, shutting down or too busy. The same call is
 * worth trying later; what had been stored by then is found unchanged. The cause is the driver's exception.
 */
public final class TransientUpsertException extends RuntimeException {

    public TransientUpsertException(String message, Throwable cause) {
        super(ServerMessage.oneLine(message), cause);
    }
}
