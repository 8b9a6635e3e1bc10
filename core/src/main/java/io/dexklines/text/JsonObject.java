package io.dexklines.text;

import java.nio.charset.StandardCharsets;

/**
 * Writes a JSON object, field by field. It is pure ASCII, whatever its texts are: labels and
 * symbols are chosen by strangers.
 */
public final class JsonObject {

    private final StringBuilder json = new StringBuilder(512).append('{');

    /** A string. */
    public JsonObject text(String name, String value) {
        quote(value, name(name));
        return this;
    }

    /** A whole number. */
    public JsonObject whole(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** True or false. */
    public JsonObject flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /**
     * A number that reads back as the same double. One that is not finite, which JSON has not, is a
     * string such as {@code "NaN"}.
     */
    public JsonObject number(String name, double value) {
        if (Double.isFinite(value)) {
            name(name).append(DecimalText.of(value));
            return this;
        }
        return text(name, String.valueOf(value));
    }

    /** A string of decimal digits that reads back as the same double. */
    public JsonObject decimal(String name, double value) {
        return text(name, DecimalText.of(value));
    }

    /** A value that is JSON already. */
    public JsonObject raw(String name, String value) {
        name(name).append(value);
        return this;
    }

    private StringBuilder name(String name) {
        if (json.length() > 1) {
            json.append(',');
        }
        return json.append('"').append(name).append("\":");
    }

    @Override
    public String toString() {
        return json + "}";
    }

    /** The object in UTF-8. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Appends {@code raw} as a JSON string. */
    public static void quote(String raw, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                to.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    to.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            } else {
                to.append(c);
            }
        }
        to.append('"');
    }
}
