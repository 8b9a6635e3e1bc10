package io.dexklines.decode;

import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.util.List;

/**
 * What became of one Kafka record. Every element of its array is in one of the two lists.
 *
 * @param trades the valid swaps, in the record's order
 * @param excluded the others, in the record's order; a single one for a record that is no array
 * @param topic the topic it was read from
 * @param partition the partition
 * @param offset its offset
 */
public record DecodedRecord(
        List<Trade> trades,
        List<ExcludedTrade> excluded,
        String topic,
        int partition,
        long offset) {

    /** Stands for no time at all; it is what Flink takes for that, too. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /**
     * The time of the latest valid trade in epoch milliseconds; {@link #NO_TIME} when there is
     * none, and the record says nothing about time.
     */
    public long latestTimeMs() {
        long latestMs = NO_TIME;
        for (Trade trade : trades) {
            latestMs = Math.max(latestMs, trade.position().blockTimeSeconds() * 1000);
        }
        return latestMs;
    }
}
