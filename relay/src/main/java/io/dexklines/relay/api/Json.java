package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes JSON. Numbers read back as the same doubles; what is not finite is null. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Whatever writes the document. */
    interface Document {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static byte[] of(Document document) {
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            document.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return bytes.toByteArray();
    }

    static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
