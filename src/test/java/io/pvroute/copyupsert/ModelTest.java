package io.pvroute.copyupsert;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.pvroute.copyupsert.ModelKind.Value;

/**
 * Random batches into random tables: after each, the table and the counts are those of the {@link Model}, and no row that was not to be
 * written has moved.
 *
 * <p>Each run has a seed of its own, and a failure tells how to have it again: {@code -Dmodel.seed=… -Dmodel.batches=…}. More batches find
 * more.
 */
class ModelTest {

    private static final int BATCHES = Integer.getInteger("model.batches", 400);
    private static final long SEED = Long.getLong("model.seed", System.currentTimeMillis());
    private static final int MOST_OF_A_TABLE = 12;
    private static final int SHOWN = 12;

    private static Upserts upserts;
    private static List<ModelKind> kinds;

    private CopyUpsertProcessor processor;

    @BeforeAll
    static void open() {
        upserts = new Upserts();
        kinds = ModelKinds.createIn(upserts);
        upserts.execute("CREATE SCHEMA \"odd \"\"schema\"");
    }

    @AfterAll
    static void close() {
        upserts.close();
    }

    @Test
    void whateverIsGivenTheTableAndTheCountsAreThoseOfTheModel() throws SQLException {
        int left = BATCHES;
        for (long seed = SEED; left > 0; seed++) {
            var random = new Random(seed * 0x9E3779B97F4A7C15L);
            processor = new CopyUpsertProcessor();
            processor.setDataSource(upserts.database.dataSource());
            ModelTable table = ModelTable.random(random, kinds);
            int run = 0;
            for (int life = 1; life == 1 || life == 2 && left > 0 && random.nextInt(3) == 0; life++) {
                int batches = batches(life == 1 ? table : table.remade(random, kinds), random, left, life == 1, seed, run);
                run += batches;
                left -= batches;
            }
        }
    }

    /**
     * Makes a table and runs batches against it.
     *
     * @param unknown the processor has not met a table of this name; one that knows another may have to try again
     * @param run     batches of this seed before
     * @return how many batches have run
     */
    private int batches(ModelTable table, Random random, int most, boolean unknown, long seed, int run) throws SQLException {
        var batches = new ModelBatches(table, random);
        try (Connection connection = upserts.database.dataSource().getConnection(); var server = new ModelServer(table, connection)) {
            var model = new Model(table.keyNames(), server.defaults());
            int number = Math.min(most, 1 + random.nextInt(MOST_OF_A_TABLE));
            for (int i = 1; i <= number; i++) {
                ModelBatch batch = batches.next();
                Model before = model.copy(model.rows().keySet());
                String difference = difference(table, server, model, batch, unknown);
                if (difference != null) {
                    throw new AssertionError("Batch " + (run + i) + " of seed " + seed + " differs from the model. Again: mvn -o -B test "
                            + "-Dtest=ModelTest -Dmodel.seed=" + seed + " -Dmodel.batches=" + (run + i) + '\n'
                            + String.join(";\n", table.statement()) + ";\n" + table.keyNames() + " are the key\n" + batch.settings()
                            + '\n' + difference + '\n' + smallest(table, server, before, batch));
                }
            }
            return number;
        }
    }

    /** Runs a batch against the table and the model, and tells the first differences; null if there are none. */
    private String difference(ModelTable table, ModelServer server, Model model, ModelBatch batch, boolean unknown) throws SQLException {
        Map<Long, String> places = new HashMap<>();
        server.stored().forEach(row -> places.put(row.key(), row.place()));
        List<ModelServer.Stored> strangers = server.strangers();
        Exchange exchange = upserts.exchange(batch.body());
        exchange.getMessage().setHeaders(batch.headers(table));
        RuntimeException failure = null;
        // Nobody else writes: what has to be tried again was told apart wrongly before, and the second try would hide it.
        var differences = new ArrayList<String>();
        try (var retries = new Retries()) {
            processor.process(exchange);
            differences.addAll(unknown ? retries.told() : List.of());
        } catch (RuntimeException e) {
            failure = e;
        }

        Counts counts = Counts.NONE;
        Set<Long> touched = new HashSet<>();
        int stored = batch.refused() < 0 ? batch.rows().size() : batch.refused() / batch.batchSize() * batch.batchSize();
        List<Model.Row> rows = server.understood(batch.rows().subList(0, stored));
        for (int from = 0; from < stored; from += batch.batchSize()) {
            Model.Effect effect = model.apply(rows.subList(from, Math.min(stored, from + batch.batchSize())), batch.mode(),
                    batch.keepNulls());
            counts = counts.plus(effect.counts());
            touched.addAll(effect.touched());
        }

        if (batch.refused() < 0 && failure != null) {
            differences.add("It failed: " + failure);
        } else if (batch.refused() >= 0 && !(failure instanceof UpsertDataException)) {
            differences.add("Row " + (batch.refused() + 1) + " was to be refused: " + failure);
        } else if (failure == null && !Upserts.counts(exchange).equals(counts)) {
            differences.add("Counts: " + Upserts.counts(exchange) + ", the model's " + counts);
        }
        compare(server.stored(), model.rows(), places, touched, differences);
        if (!server.strangers().equals(strangers)) {
            differences.add("Rows with NULL in their key were " + strangers + "\n  and are " + server.strangers());
        }
        return differences.isEmpty() ? null : differences.stream().limit(SHOWN).collect(Collectors.joining("\n"));
    }

    private static void compare(List<ModelServer.Stored> stored, Map<Long, Map<String, String>> expected, Map<Long, String> places,
            Set<Long> touched, List<String> differences) {
        var missing = new HashSet<>(expected.keySet());
        for (ModelServer.Stored row : stored) {
            if (!missing.remove(row.key())) {
                differences.add("Too much: " + row.values());
            } else if (!row.values().equals(expected.get(row.key()))) {
                differences.add("Stored: " + row.values() + "\n  model: " + expected.get(row.key()));
            } else if (!touched.contains(row.key()) && !row.place().equals(places.get(row.key()))) {
                differences.add("Written though unchanged: " + row.values());
            }
        }
        missing.forEach(key -> differences.add("Missing: " + expected.get(key)));
    }

    /** What is left of a failing batch when rows are taken out as long as it fails: often one or two. */
    private String smallest(ModelTable table, ModelServer server, Model before, ModelBatch batch) throws SQLException {
        List<Map<String, Value>> rows = batch.rows();
        if (batch.refused() >= 0 || retried(table, server, before, batch.with(rows)) == null) {
            return "With the rows as they were stored put there anew, it does not fail; it takes the batches before.";
        }
        for (int part = Math.max(1, rows.size() / 2); part >= 1; part /= 2) {
            for (int from = 0; from < rows.size() && rows.size() > 1;) {
                var fewer = new ArrayList<>(rows.subList(0, from));
                fewer.addAll(rows.subList(Math.min(rows.size(), from + part), rows.size()));
                if (!fewer.isEmpty() && retried(table, server, before, batch.with(fewer)) != null) {
                    rows = fewer;
                } else {
                    from += part;
                }
            }
        }
        Set<Long> keys = server.understood(rows).stream().map(Model.Row::key).collect(Collectors.toSet());
        Model needed = retried(table, server, before.copy(keys), batch.with(rows)) == null ? before : before.copy(keys);
        return "It takes " + needed.rows().size() + " stored rows: "
                + needed.rows().values().stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining("\n  "))
                + "\nand of the batch " + rows.size() + ": "
                + rows.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining("\n  "))
                + "\nThen: " + retried(table, server, needed, batch.with(rows));
    }

    private String retried(ModelTable table, ModelServer server, Model before, ModelBatch batch) throws SQLException {
        server.restore(before.rows().values());
        return difference(table, server, before.copy(before.rows().keySet()), batch, true);
    }
}
