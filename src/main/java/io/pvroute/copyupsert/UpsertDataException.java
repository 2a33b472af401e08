package io.pvroute.copyupsert;

/**
 * The rows, the settings or the table do not allow this upsert: the same call would fail again. The message is a sentence that names the
 * table and, where known, the row (1 is the first of the body) and the column. The batch that failed has been rolled back.
 */
public final class UpsertDataException extends RuntimeException {

    public UpsertDataException(String message) {
        super(ServerMessage.oneLine(message));
    }

    public UpsertDataException(String message, Throwable cause) {
        super(ServerMessage.oneLine(message), cause);
    }
}
