package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.common.base.Utf8;
import io.dexklines.text.PrintableText;
import java.io.IOException;

/**
 * Decodes any record with Jackson's streaming parser, without building a tree. Not thread-safe.
 * What it accepts, rejects and returns is the definition for {@link ScanningDecoder}.
 */
final class StreamingDecoder {

    /**
     * The deepest nesting of a record: 100,000 levels in a field of a trade in an array. While a
     * record is decoded, each level costs about 60 bytes of heap.
     */
    static final int MAX_DEPTH = 100_002;

    private static final int MAX_DETAIL_LENGTH = 200;

    /**
     * The number of input bytes after which the factory is replaced. The factory caches field names
     * forever, and producers choose them.
     */
    private static final long MAX_BYTES_PER_FACTORY = 64L << 20;

    private final RecordEntries entries;
    private final JsonValue field = new JsonValue();

    private JsonFactory factory = newFactory();
    private long bytesOfFactory;

    /**
     * @param entries takes the elements of each record
     */
    StreamingDecoder(RecordEntries entries) {
        this.entries = entries;
    }

    /** Decodes one record. Does not throw, whatever the value is. */
    DecodedRecord decode(byte[] value, String topic, int partition, long offset) {
        entries.begin(value, topic, partition, offset);
        String problem = encodingProblem(value);
        if (problem != null) {
            return entries.malformed(problem);
        }
        try (JsonParser parser = factory(value.length).createParser(value)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return entries.malformed("the value is blank");
            }
            if (first == JsonToken.START_ARRAY) {
                readArray(parser);
            } else {
                parser.skipChildren();
                parser.finishToken();
            }
            if (parser.nextToken() != null) {
                return entries.malformed("something follows the first JSON value");
            }
            return first == JsonToken.START_ARRAY ? entries.record() : entries.notAnArray();
        } catch (JsonProcessingException e) {
            return entries.malformed(
                    String.format(
                            "not JSON at byte %d: %s",
                            e.getLocation() == null ? 0 : e.getLocation().getByteOffset(),
                            PrintableText.of(e.getOriginalMessage(), MAX_DETAIL_LENGTH)));
        } catch (IOException e) {
            return entries.malformed(
                    PrintableText.of("not JSON: " + e.getMessage(), MAX_DETAIL_LENGTH));
        }
    }

    private void readArray(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            int start = (int) parser.currentTokenLocation().getByteOffset();
            if (token == JsonToken.START_OBJECT) {
                readTrade(parser);
                entries.add(start, end(parser));
            } else {
                parser.skipChildren();
                parser.finishToken();
                entries.addOther(start, end(parser));
            }
            token = parser.nextToken();
        }
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    private void readTrade(JsonParser parser) throws IOException {
        TradeFields fields = entries.fields();
        fields.clear();
        String name = parser.nextFieldName();
        while (name != null) {
            JsonToken token = parser.nextToken();
            if (name.equals(TradeFields.PAIR_INFO)) {
                readPairInfo(parser, token);
            } else {
                read(parser, token, fields.trade.get(name));
            }
            parser.skipChildren();
            name = parser.nextFieldName();
        }
    }

    private void readPairInfo(JsonParser parser, JsonToken start) throws IOException {
        TradeFields fields = entries.fields();
        fields.clearPairInfo();
        if (start != JsonToken.START_OBJECT) {
            return;
        }
        String name = parser.nextFieldName();
        while (name != null) {
            read(parser, parser.nextToken(), fields.pairInfoFields.get(name));
            parser.skipChildren();
            name = parser.nextFieldName();
        }
    }

    private void read(JsonParser parser, JsonToken token, TradeFields.Field target)
            throws IOException {
        if (target == null) {
            return;
        }
        if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
            field.set(token, parser.getText());
        } else {
            field.set(token);
        }
        target.read(field);
    }

    /** Returns why the bytes cannot be JSON in UTF-8; null if they can. */
    private static String encodingProblem(byte[] value) {
        if (value == null) {
            return "the value is null";
        }
        if (value.length == 0) {
            return "the value is empty";
        }
        if (!Utf8.isWellFormed(value)) {
            return "the value is not UTF-8";
        }
        if (value[0] == (byte) 0xEF) {
            // U+FEFF or another character that cannot begin JSON
            return "the value begins with a byte order mark or another foreign character";
        }
        for (int i = 0; i < Math.min(4, value.length); i++) {
            if (value[i] == 0) {
                return "the value begins with zero bytes, as UTF-16 and UTF-32 do";
            }
        }
        return null;
    }

    private JsonFactory factory(int bytes) {
        bytesOfFactory += bytes;
        if (bytesOfFactory > MAX_BYTES_PER_FACTORY) {
            factory = newFactory();
            bytesOfFactory = bytes;
        }
        return factory;
    }

    private static JsonFactory newFactory() {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                // no limits: the record is in memory already
                                .maxNumberLength(Integer.MAX_VALUE)
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNameLength(Integer.MAX_VALUE)
                                .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                // field names that collide on purpose may cost time, but must not fail a record
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .build();
    }
}
