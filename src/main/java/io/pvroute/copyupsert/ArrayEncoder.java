package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import org.postgresql.util.PGobject;

/**
 * Arrays, from Java arrays, Collections, {@link java.sql.Array}, Jackson's arrays and PostgreSQL's text form; an element that is null is
 * NULL. Arrays in an array are its further dimensions; they have to be of one length. Reads its fields too.
 *
 * <p>Source of the format: PostgreSQL, {@code array_recv} in {@code arrayfuncs.c}.
 *
 * @param elementType oid of the elements' own type, which may be a domain
 * @param element     of its base type
 * @param nests       what is an array in the array is a dimension, not a value, as it is for json
 */
record ArrayEncoder(long elementType, Encoding element, boolean nests) implements Encoder, FieldText {

    private static final String AN_ARRAY = "an array or a Collection";
    private static final String EVEN = "an array whose inner arrays are not empty and all of one length, in at most 6 dimensions";
    private static final int MOST_DIMENSIONS = 6;
    private static final int FIRST_INDEX = 1;

    @Override
    public void encode(Object value, CopyBuffer out) throws Misfit {
        Object[] elements = elements(value);
        List<Integer> lengths = lengths(elements);
        int start = out.size();
        out.putInt(0);
        out.putInt(lengths.size());
        int hasNull = out.size();
        out.putInt(0);
        out.putInt((int) elementType);
        for (int length : lengths) {
            out.putInt(length);
            out.putInt(FIRST_INDEX);
        }
        if (!lengths.isEmpty() && put(elements, lengths, 0, out)) {
            out.setInt(hasNull, 1);
        }
        out.setInt(start, out.size() - start - Integer.BYTES);
    }

    /** The length in each dimension, as the first element of each tells; none for an empty array. */
    private List<Integer> lengths(Object[] elements) throws Misfit {
        var lengths = new ArrayList<Integer>();
        if (elements.length > 0) {
            lengths.add(elements.length);
            for (Object first = elements[0]; isNested(first) && lengths.size() <= MOST_DIMENSIONS;) {
                Object[] inner = elements(first);
                lengths.add(inner.length);
                first = inner.length == 0 ? null : inner[0];
            }
        }
        if (lengths.contains(0) || lengths.size() > MOST_DIMENSIONS) {
            throw new Misfit(EVEN);
        }
        return lengths;
    }

    private boolean isNested(Object one) {
        return nests && one != null && isArray(one);
    }

    /** Whether it is a list of values, which bytes are not. */
    static boolean isArray(Object value) {
        return value.getClass().isArray() && !(value instanceof byte[]) || value instanceof Collection || JacksonNodes.isArray(value);
    }

    /** @return whether an element is NULL */
    private boolean put(Object[] elements, List<Integer> lengths, int dimension, CopyBuffer out) throws Misfit {
        if (elements.length != lengths.get(dimension)) {
            throw new Misfit(EVEN);
        }
        boolean hasNull = false;
        boolean last = dimension == lengths.size() - 1;
        for (int i = 0; i < elements.length; i++) {
            Object one = JacksonNodes.given(elements[i]);
            if (isNested(one) == last) {
                throw new Misfit(EVEN);
            } else if (!last) {
                hasNull |= put(elements(one), lengths, dimension + 1, out);
            } else if (one == null) {
                out.putNull();
                hasNull = true;
            } else {
                try {
                    element.encoder().encode(one, out);
                } catch (Misfit misfit) {
                    throw misfit(i, misfit);
                }
            }
        }
        return hasNull;
    }

    private Object[] elements(Object value) throws Misfit {
        if (isArray(value) || value instanceof byte[]) {
            return given(value);
        }
        if (value instanceof java.sql.Array array) {
            try {
                return given(array.getArray());
            } catch (SQLException e) {
                throw new Misfit("an array that can still be read (" + e.getMessage() + ')');
            }
        }
        Object plain = value instanceof PGobject object ? object.getValue() : JacksonNodes.plain(value);
        if (plain instanceof CharSequence text) {
            Object[] elements = ArrayText.elements(text.toString());
            if (!nests && Arrays.stream(elements).anyMatch(Object[].class::isInstance)) {
                throw new Misfit("an array of one dimension, whose elements are quoted");
            }
            return elements;
        }
        throw new Misfit(AN_ARRAY);
    }

    /** @param array of any kind, also of primitive values */
    static Object[] given(Object array) {
        if (array instanceof Object[] objects) {
            return objects;
        }
        if (array instanceof Collection<?> collection) {
            return collection.toArray();
        }
        if (JacksonNodes.isArray(array)) {
            return JacksonNodes.elements(array);
        }
        Object[] elements = new Object[Array.getLength(array)];
        Arrays.setAll(elements, i -> Array.get(array, i));
        return elements;
    }

    /** The array as text, for elements that have no encoder. A text is left as it is: the server reads all that arrays may have. */
    static void encodeText(Object value, CopyBuffer out) throws Misfit {
        if (isArray(value)) {
            var text = new StringBuilder();
            append(text, given(value));
            PlainEncoders.text(text, out);
        } else if (value instanceof CharSequence || value instanceof PGobject || JacksonNodes.isScalar(value)) {
            PlainEncoders.text(value, out);
        } else {
            throw new Misfit(AN_ARRAY);
        }
    }

    private static void append(StringBuilder text, Object[] elements) throws Misfit {
        ArrayText.separate(text);
        text.append('{');
        for (int i = 0; i < elements.length; i++) {
            Object one = JacksonNodes.given(elements[i]);
            try {
                if (one != null && isArray(one)) {
                    append(text, given(one));
                } else {
                    ArrayText.append(text, one == null ? null : PlainEncoders.plainText(one));
                }
            } catch (Misfit misfit) {
                throw misfit(i, misfit);
            }
        }
        text.append('}');
    }

    @Override
    public String of(ByteBuffer field) {
        int[] lengths = new int[field.getInt()];
        field.getInt(); // whether there are NULLs
        field.getInt(); // the type of the elements
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = field.getInt();
            field.getInt(); // the first index
        }
        if (lengths.length == 0) {
            return "{}";
        }
        var text = new StringBuilder();
        append(text, field, lengths, 0);
        return text.toString();
    }

    private void append(StringBuilder text, ByteBuffer field, int[] lengths, int dimension) {
        ArrayText.separate(text);
        text.append('{');
        for (int i = 0; i < lengths[dimension]; i++) {
            if (dimension < lengths.length - 1) {
                append(text, field, lengths, dimension + 1);
                continue;
            }
            int length = field.getInt();
            ArrayText.append(text, length < 0 ? null : element.text(field.array(), field.position(), length));
            field.position(field.position() + Math.max(0, length));
        }
        text.append('}');
    }

    private static Misfit misfit(int index, Misfit misfit) {
        return new Misfit("an array whose every element is " + misfit.expected() + ", which element " + (index + FIRST_INDEX) + " is not");
    }
}
