package io.dexklines.local.takeover;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Reads the times of the trades of a record. */
final class TradeTimes {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TradeTimes() {}

    /**
     * Returns the earliest {@code block_time} of a record, or the time of the record if that is
     * earlier, both in epoch milliseconds. Values that are not times of blocks have no effect.
     *
     * @param recordMs the time of the record; negative for none
     * @param value an array of trades; null or anything else counts as empty
     */
    static long earliestMs(long recordMs, byte[] value) {
        long earliest = recordMs < 0 ? Long.MAX_VALUE : recordMs;
        for (JsonNode trade : trades(value)) {
            JsonNode blockTime = trade.path("block_time");
            if (blockTime.isIntegralNumber()
                    && blockTime.canConvertToLong()
                    && blockTime.longValue() > 0) {
                earliest = Math.min(earliest, saturatedMs(blockTime.longValue()));
            }
        }
        return earliest;
    }

    private static long saturatedMs(long seconds) {
        return seconds > Long.MAX_VALUE / 1000 ? Long.MAX_VALUE : seconds * 1000;
    }

    private static Iterable<JsonNode> trades(byte[] value) {
        if (value == null) {
            return JSON.createArrayNode();
        }
        try {
            JsonNode node = JSON.readTree(value);
            return node.isArray() ? node : JSON.createArrayNode();
        } catch (JacksonException e) {
            // the job excludes such a record as malformed
            return JSON.createArrayNode();
        } catch (IOException e) {
            throw new IllegalStateException("bytes cannot fail to be read", e);
        }
    }
}
