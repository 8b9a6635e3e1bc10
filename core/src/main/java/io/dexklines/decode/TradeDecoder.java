package io.dexklines.decode;

/**
 * Turns the value of a Kafka record into trades: every element of its array is either a trade or an
 * excluded one, and a value that is not an array is one excluded trade.
 *
 * <p>Decoders keep buffers: one is for one thread.
 */
public interface TradeDecoder {

    /**
     * Decodes one record. No value makes this throw.
     *
     * @param value the record's value; null for a tombstone
     * @param topic where it was read, which says which chains are expected
     * @param partition the partition
     * @param offset the offset
     */
    DecodedRecord decode(byte[] value, String topic, int partition, long offset);
}
