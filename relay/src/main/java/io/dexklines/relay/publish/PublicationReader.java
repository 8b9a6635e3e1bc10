package io.dexklines.relay.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.dexklines.relay.stream.EventTime;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.Publication;
import io.dexklines.relay.stream.StreamName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;

/**
 * Parses a publisher's line, {@code {"stream":"1:0xabc@kline_1m","data":{…}}}. The bytes of {@code
 * data} are copied unchanged.
 */
final class PublicationReader {

    /** Bounds the memory for the ids that the relay holds. */
    private static final int MAX_ID_LENGTH = 64;

    /** The members of a kline that depend on its trades. */
    private static final Set<String> CONTENT = Set.of("f", "L", "o", "c", "h", "l", "v", "q");

    private final JsonFactory json = new JsonFactory();

    /**
     * Parses a line.
     *
     * @throws IllegalArgumentException if the line is malformed
     */
    Publication read(byte[] line) {
        try (JsonParser parser = json.createParser(line)) {
            return new Line(parser, line).read();
        } catch (JsonProcessingException e) {
            // one bad line must not cost the others of its frame
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The parser state of one line. */
    private static final class Line {
        private final JsonParser parser;
        private final byte[] bytes;

        private String stream;
        private String id;
        private long eventId;
        private byte[] data;
        private String tradeId;
        private EventTime time;
        private Long openTimeMs;
        private Long trades;
        private Boolean closed;
        private int content;

        Line(JsonParser parser, byte[] bytes) {
            this.parser = parser;
            this.bytes = bytes;
        }

        Publication read() throws IOException {
            require(parser.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("stream") && value == JsonToken.VALUE_STRING) {
                    stream = parser.getText();
                } else if (field.equals("data") && value == JsonToken.START_OBJECT) {
                    readData();
                } else {
                    parser.skipChildren();
                }
            }
            require(parser.nextToken() == null, "more than one JSON object");
            require(stream != null, "no stream");
            require(data != null, "no data");
            StreamName name = StreamName.parse(stream);
            require(!name.closedOnly(), "streams of closed klines are derived by the relay");
            return switch (name.kind()) {
                case KLINE -> new Publication(name, data, version(), time, null);
                case TRADE -> {
                    require(tradeId != null, "no id of a trade t");
                    yield new Publication(name, data, null, time, tradeId);
                }
                default -> new Publication(name, data, null, time, id, eventId);
            };
        }

        private void readData() throws IOException {
            int start = (int) parser.currentTokenLocation().getByteOffset();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("k") && value == JsonToken.START_OBJECT) {
                    readKline();
                } else if (field.equals("E") && value == JsonToken.VALUE_NUMBER_INT) {
                    int at = (int) parser.currentTokenLocation().getByteOffset() - start;
                    time = new EventTime(parser.getLongValue(), at, at + parser.getTextLength());
                } else if (field.equals("event_id") && value == JsonToken.VALUE_NUMBER_INT) {
                    eventId = parser.getLongValue();
                } else if (field.equals("id") && value == JsonToken.VALUE_STRING) {
                    id = shortText();
                } else if (field.equals("t") && value == JsonToken.VALUE_STRING) {
                    tradeId = shortText();
                } else {
                    parser.skipChildren();
                }
            }
            data = Arrays.copyOfRange(bytes, start, (int) parser.currentLocation().getByteOffset());
        }

        private String shortText() throws IOException {
            String text = parser.getText();
            require(text.length() <= MAX_ID_LENGTH, "the id is too long");
            return text;
        }

        private void readKline() throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("t") && value == JsonToken.VALUE_NUMBER_INT) {
                    openTimeMs = parser.getLongValue();
                } else if (field.equals("n") && value == JsonToken.VALUE_NUMBER_INT) {
                    trades = parser.getLongValue();
                } else if (field.equals("x") && value.isBoolean()) {
                    closed = parser.getBooleanValue();
                } else if (CONTENT.contains(field) && value == JsonToken.VALUE_STRING) {
                    content = 31 * content + parser.getText().hashCode();
                } else {
                    parser.skipChildren();
                }
            }
        }

        private KlineVersion version() {
            require(openTimeMs != null, "no open time k.t");
            require(trades != null, "no number of trades k.n");
            require(closed != null, "no flag k.x");
            return new KlineVersion(openTimeMs, trades, closed, content);
        }

        private static void require(boolean condition, String otherwise) {
            if (!condition) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
