package io.dexklines.local.simulator;

/**
 * A Kafka record of simulated trades with a null key.
 *
 * @param topic the topic of the chain
 * @param partitionDraw a number, not negative; its remainder modulo the number of partitions is the
 *     partition. It is random, except in the past of a {@link Market}
 * @param sendTimeMs when the record is published, in epoch milliseconds
 * @param delivery why it is published at that time
 * @param trades number of entries in the array, including liquidity events
 * @param value a JSON array in UTF-8; callers must not modify it
 */
public record SimulatedRecord(
        String topic,
        int partitionDraw,
        long sendTimeMs,
        Delivery delivery,
        int trades,
        byte[] value) {

    /** Returns this record for another partition. */
    SimulatedRecord withPartitionDraw(int newDraw) {
        return new SimulatedRecord(topic, newDraw, sendTimeMs, delivery, trades, value);
    }

    /** How a record is published. */
    public enum Delivery {
        /** Within 250 ms of its block. */
        PROMPT,
        /** Up to three seconds after its block, possibly after records of newer blocks. */
        HELD_BACK,
        /** The same bytes again, up to five seconds after the first delivery. */
        REDELIVERED
    }
}
