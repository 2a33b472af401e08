package io.pvroute.copyupsert;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.POJONode;

/**
 * The nodes of Jackson, a library that need not be there: this is the one class that names its classes, and it comes to them only where
 * they are {@link #PRESENT}.
 *
 * <p>Who reads rows keeps the nodes in them, but for those of null ({@link #given}): a node of text is a JSON string to a column of JSON,
 * where a String would be JSON text. To every other column it is its text, which is for the encoders to ask ({@link #plain}).
 */
final class JacksonNodes {

    private static final boolean PRESENT = present();

    private JacksonNodes() {
    }

    static boolean isNode(Object value) {
        return PRESENT && value instanceof JsonNode;
    }

    static boolean isObject(Object value) {
        return PRESENT && value instanceof JsonNode node && node.isObject();
    }

    static boolean isArray(Object value) {
        return PRESENT && value instanceof JsonNode node && node.isArray();
    }

    /** A node that stands for one value which is not null. */
    static boolean isScalar(Object value) {
        return PRESENT && value instanceof JsonNode node && !node.isContainerNode() && plain(node) != null;
    }

    /** The fields of an object by name, each as {@link #given}. */
    static Map<String, Object> fields(Object node) {
        var fields = new LinkedHashMap<String, Object>();
        ((JsonNode) node).fields().forEachRemaining(field -> fields.put(field.getKey(), given(field.getValue())));
        return fields;
    }

    /** The elements of an array, each as {@link #given}. */
    static Object[] elements(Object node) {
        return StreamSupport.stream(((JsonNode) node).spliterator(), false).map(JacksonNodes::given).toArray();
    }

    /** The value as a row has it: null for a node of null, anything else as it is. */
    static Object given(Object value) {
        return PRESENT && value instanceof JsonNode node && (node.isNull() || node.isMissingNode()) ? null : value;
    }

    /** A scalar node as the value that it stands for; objects and arrays, and what is no node, as they are. */
    static Object plain(Object value) {
        if (!isNode(value)) {
            return value;
        }
        JsonNode node = (JsonNode) value;
        if (node.isNull() || node.isMissingNode()) {
            return null;
        } else if (node.isTextual()) {
            return node.textValue();
        } else if (node.isNumber()) {
            return node.numberValue();
        } else if (node.isBoolean()) {
            return node.booleanValue();
        } else if (node.isBinary()) {
            return ((BinaryNode) node).binaryValue();
        }
        return node.isPojo() ? ((POJONode) node).getPojo() : node;
    }

    private static boolean present() {
        try {
            Class.forName("com.fasterxml.jackson.databind.JsonNode", false, JacksonNodes.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
