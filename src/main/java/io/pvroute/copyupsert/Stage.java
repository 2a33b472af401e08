package io.pvroute.copyupsert;

import java.sql.SQLException;

/**
 * The temporary table through which many rows get to the server. It is of the server's session, made once and emptied by each commit; behind
 * a pooler another session may serve each transaction, so that it is looked for each time.
 */
final class Stage {

    /** Those that a session keeps: more than the tables and sets of columns that one program is likely to have. */
    private static final int MOST = 32;

    private final Session session;

    Stage(Session session) {
        this.session = session;
    }

    void fill(Statements statements, EncodedRows rows) throws SQLException {
        if (session.text("SELECT pg_catalog.to_regclass('pg_temp." + statements.stageName() + "')") == null) {
            dropTooMany();
            session.execute(statements.createStage());
        }
        session.copy(statements.copyToStage(), statements.stageName(), rows);
    }

    /** Every commit empties all stages of the session, those too that no table has any more: 400 made a batch of one row take 240 ms. */
    private void dropTooMany() throws SQLException {
        String drop = session.text(Statements.dropStages(MOST));
        if (drop != null) {
            session.execute(drop);
        }
    }
}
