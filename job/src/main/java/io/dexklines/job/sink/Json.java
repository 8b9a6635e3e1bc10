package io.dexklines.job.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dexklines.text.Column;
import io.dexklines.text.DecimalText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Jackson, configured for the JSON that the job writes: pure ASCII, since labels and symbols are
 * untrusted, and numbers as plain decimals that read back as the same double.
 */
public final class Json {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    static {
        MAPPER.getFactory().setCharacterEscapes(new NumericEscapes());
    }

    private Json() {}

    /** Returns an empty object. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Returns a JSON number. A value that JSON cannot express becomes a string such as {@code
     * "NaN"}.
     */
    public static JsonNode number(double value) {
        return Double.isFinite(value)
                ? DecimalNode.valueOf(new BigDecimal(DecimalText.of(value)))
                : TextNode.valueOf(String.valueOf(value));
    }

    /** Returns a JSON string of the decimal digits of a finite value. */
    public static JsonNode digits(double value) {
        return TextNode.valueOf(DecimalText.of(value));
    }

    /** Returns the JSON on one line. */
    public static String text(JsonNode json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the JSON on one line, in ASCII. */
    public static byte[] bytes(JsonNode json) {
        return text(json).getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts the values of columns into a JSON object, each under the name of its column. */
    public record Fields(ObjectNode object) implements Column.Writer<RuntimeException> {

        @Override
        public void text(String name, String value) {
            object.put(name, value);
        }

        @Override
        public void whole(String name, long value) {
            object.put(name, value);
        }

        @Override
        public void number(String name, double value) {
            object.set(name, Json.number(value));
        }

        @Override
        public void flag(String name, boolean value) {
            object.put(name, value);
        }
    }

    /**
     * Escapes every special character by its code: a backslash followed by, for example, {@code
     * u0022}.
     */
    private static final class NumericEscapes extends CharacterEscapes {

        private static final long serialVersionUID = 1L;

        private static final int DEL = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = new int[DEL + 1];
            Arrays.fill(codes, 0, ' ', ESCAPE_STANDARD);
            codes['"'] = ESCAPE_STANDARD;
            codes['\\'] = ESCAPE_STANDARD;
            codes[DEL] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
