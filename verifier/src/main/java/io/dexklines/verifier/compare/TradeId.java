package io.dexklines.verifier.compare;

import java.util.Comparator;

/**
 * The place of a trade in the topics.
 *
 * @param index its place in the array of the record
 */
public record TradeId(String topic, int partition, long offset, int index)
        implements Comparable<TradeId> {

    private static final Comparator<TradeId> ORDER =
            Comparator.comparing(TradeId::topic)
                    .thenComparingInt(TradeId::partition)
                    .thenComparingLong(TradeId::offset)
                    .thenComparingInt(TradeId::index);

    @Override
    public int compareTo(TradeId other) {
        return ORDER.compare(this, other);
    }
}
