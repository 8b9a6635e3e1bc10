package io.dexklines.trade;

import java.util.List;

/**
 * The swaps of one pair in one Kafka record: they travel to the pair's klines together.
 *
 * @param pair whose
 * @param labels the names that the last of them gave
 * @param topic the record's topic
 * @param partition the record's partition
 * @param offset the record's offset
 * @param swaps at least one, in the record's order
 */
public record PairSwaps(
        Pair pair, PairLabels labels, String topic, int partition, long offset, List<Swap> swaps) {}
