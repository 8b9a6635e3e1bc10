package io.dexklines.text;

/**
 * A builder of JSON objects. The result is ASCII: other characters are escaped, so untrusted labels
 * and symbols cannot break a consumer. Fields are not checked for duplicates. Not thread-safe.
 */
public final class JsonObject {

    private final StringBuilder json = new StringBuilder(512).append('{');

    /** Adds a string. */
    public JsonObject text(String name, String value) {
        quote(value, name(name));
        return this;
    }

    /** Adds an integer. */
    public JsonObject whole(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** Adds a boolean. */
    public JsonObject flag(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /**
     * Adds a number that parses to the same double. A value that is not finite, which JSON cannot
     * express as a number, becomes a string such as {@code "NaN"}.
     */
    public JsonObject number(String name, double value) {
        if (Double.isFinite(value)) {
            name(name).append(DecimalText.of(value));
            return this;
        }
        return text(name, String.valueOf(value));
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

    /** Appends a JSON string to {@code to}. */
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
