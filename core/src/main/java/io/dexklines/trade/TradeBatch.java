package io.dexklines.trade;

import java.util.List;

/**
 * The valid swaps of one Kafka record, of whatever pairs.
 *
 * @param topic the record's topic
 * @param partition the record's partition
 * @param offset the record's offset
 * @param trades at least one, in the record's order
 */
public record TradeBatch(String topic, int partition, long offset, List<Trade> trades) {}
