package io.pvroute.copyupsert;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;

import org.postgresql.util.PGobject;

/**
 * Arrays of one dimension, from Java arrays, Collections, {@link java.sql.Array}, Jackson's arrays and PostgreSQL's text form; an element
 * that is null is NULL. Reads its fields too.
 *
 * <p>Source of the format: PostgreSQL, {@code array_recv} in {@code arrayfuncs.c}.
 *
 * @param elementType oid of the elements' own type, which may be a domain
 * @param element     of its base type
 */
record ArrayEncoder(long elementType, Encoding element) implements Encoder, FieldText {

    private static final String AN_ARRAY = "an array or a Collection";
    private static final int FIRST_INDEX = 1;

    @Override
    public void encode(Object value, CopyBuffer out) throws Misfit {
        Object[] elements = elements(value);
        int start = out.size();
        out.putInt(0);
        out.putInt(elements.length == 0 ? 0 : 1); // dimensions
        int hasNull = out.size();
        out.putInt(0);
        out.putInt((int) elementType);
        if (elements.length > 0) {
            out.putInt(elements.length);
            out.putInt(FIRST_INDEX);
        }
        for (int i = 0; i < elements.length; i++) {
            Object one = JacksonNodes.given(elements[i]);
            if (one == null) {
                out.putNull();
                out.setInt(hasNull, 1);
            } else {
                encodeElement(i, one, out);
            }
        }
        out.setInt(start, out.size() - start - Integer.BYTES);
    }

    private void encodeElement(int index, Object one, CopyBuffer out) throws Misfit {
        try {
            element.encoder().encode(one, out);
        } catch (Misfit misfit) {
            throw misfit(index, one, misfit);
        }
    }

    /** The array as text, for elements that have no encoder. A text is left as it is: the server reads all that arrays may have. */
    static void encodeText(Object value, CopyBuffer out) throws Misfit {
        if (value instanceof CharSequence || value instanceof PGobject || JacksonNodes.isScalar(value)) {
            PlainEncoders.text(value, out);
            return;
        }
        Object[] elements = elements(value);
        String[] texts = new String[elements.length];
        for (int i = 0; i < texts.length; i++) {
            Object one = JacksonNodes.given(elements[i]);
            try {
                texts[i] = one == null ? null : PlainEncoders.plainText(one);
            } catch (Misfit misfit) {
                throw misfit(i, one, misfit);
            }
        }
        PlainEncoders.text(ArrayText.of(Arrays.asList(texts)), out);
    }

    @Override
    public String of(ByteBuffer field) {
        int elements = field.getInt() == 0 ? 0 : field.getInt(field.position() + 2 * Integer.BYTES);
        var text = new StringBuilder("{");
        if (elements > 0) {
            field.position(field.position() + 4 * Integer.BYTES);
        }
        for (int i = 0; i < elements; i++) {
            int length = field.getInt();
            if (length < 0) {
                ArrayText.append(text, null);
            } else {
                ArrayText.append(text, element.text(field.array(), field.position(), length));
                field.position(field.position() + length);
            }
        }
        return text.append('}').toString();
    }

    /** @param array of primitive values, or of objects */
    static Object[] boxed(Object array) {
        if (array instanceof Object[] objects) {
            return objects;
        }
        Object[] elements = new Object[Array.getLength(array)];
        Arrays.setAll(elements, i -> Array.get(array, i));
        return elements;
    }

    private static Object[] elements(Object value) throws Misfit {
        if (value.getClass().isArray()) {
            return boxed(value);
        }
        if (value instanceof Collection<?> collection) {
            return collection.toArray();
        }
        if (JacksonNodes.isArray(value)) {
            return JacksonNodes.elements(value);
        }
        if (value instanceof java.sql.Array array) {
            try {
                return boxed(array.getArray());
            } catch (SQLException e) {
                throw new Misfit("an array that can still be read (" + e.getMessage() + ')');
            }
        }
        Object plain = value instanceof PGobject object ? object.getValue() : JacksonNodes.plain(value);
        if (plain instanceof CharSequence text) {
            return ArrayText.elements(text.toString());
        }
        throw new Misfit(AN_ARRAY);
    }

    private static Misfit misfit(int index, Object element, Misfit misfit) {
        boolean nested = element instanceof Collection || element.getClass().isArray() || JacksonNodes.isArray(element);
        return new Misfit(nested ? "an array of one dimension: element " + (index + FIRST_INDEX) + " is one itself"
                : "an array whose every element is " + misfit.expected() + ", which element " + (index + FIRST_INDEX) + " is not");
    }
}
