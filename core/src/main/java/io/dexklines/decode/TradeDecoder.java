package io.dexklines.decode;

/**
 * Decodes the value of a Kafka record. Each element of its array becomes a trade or an excluded
 * entry. A value that is not an array becomes one excluded entry. Not thread-safe.
 */
public interface TradeDecoder {

    /**
     * Decodes one record. Does not throw for any value.
     *
     * @param value the record's value; null for a tombstone
     * @param topic topic of the record, which determines the expected chains
     * @param partition partition of the record
     * @param offset offset of the record
     */
    DecodedRecord decode(byte[] value, String topic, int partition, long offset);
}
