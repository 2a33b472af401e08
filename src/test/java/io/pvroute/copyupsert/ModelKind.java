package io.pvroute.copyupsert;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A type of column that the model test makes tables of, and a source of its values.
 *
 * @param ddl      the type with its modifier and collation, as SQL text
 * @param use      what a column of it can be
 * @param numbered the values by a number: the same number is the same value for the server, however it is spelled; another number is mostly
 *                 another value
 * @param edges    values worth a case of their own
 * @param misfit   a value that cannot be stored in such a column, told before anything is sent; null where there is none
 */
record ModelKind(String ddl, Use use, Numbered numbered, List<Value> edges, Object misfit) {

    enum Use {
        VALUE, KEY, KEY_OF_PARTITIONS;

        boolean isKey() {
            return this != VALUE;
        }
    }

    /**
     * @param given as the processor gets it
     * @param text  as the server reads it from a plain INSERT; null for NULL
     */
    record Value(Object given, String text) {

        static final Value NULL = new Value(null, null);

        /** A value that is given as the text that the server reads. */
        static Value text(String text) {
            return new Value(text, text);
        }

        static Value of(Object given) {
            return new Value(given, given.toString());
        }

        @Override
        public String toString() {
            return given == null ? "NULL" : "'" + text + "' (" + given.getClass().getSimpleName() + ')';
        }
    }

    @FunctionalInterface
    interface Numbered {
        Value at(long number, Random random);
    }

    Value at(long number, Random random) {
        return !edges.isEmpty() && random.nextInt(40) == 0 ? edges.get(random.nextInt(edges.size())) : numbered.at(number, random);
    }

    static List<ModelKind> of(Predicate<Use> use, List<ModelKind> kinds) {
        return kinds.stream().filter(kind -> use.test(kind.use())).toList();
    }
}
