package io.dexklines.decode;

import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.util.List;

/**
 * The content of one Kafka record. Every element of its array is in one of the two lists.
 *
 * @param trades the valid swaps, in the order of the record
 * @param excluded the other elements, in the order of the record; if the record is not an array,
 *     one entry for all of it
 * @param labelsDropped the number of labels of the valid swaps that cannot be shown and are empty
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record
 */
public record DecodedRecord(
        List<Trade> trades,
        List<ExcludedTrade> excluded,
        int labelsDropped,
        String topic,
        int partition,
        long offset) {

    /** The value for no time. Flink's {@code TimestampAssigner.NO_TIMESTAMP} is the same. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /**
     * Returns the latest block time of the valid trades, epoch milliseconds; {@link #NO_TIME} if
     * there are none.
     */
    public long latestTimeMs() {
        long latestMs = NO_TIME;
        for (Trade trade : trades) {
            latestMs = Math.max(latestMs, trade.position().blockTimeSeconds() * 1000);
        }
        return latestMs;
    }
}
