package io.dexklines.local.simulator;

/**
 * A Kafka record of simulated trades; its key is null.
 *
 * @param topic where it belongs
 * @param partitionDraw not negative; modulo the topic's partitions it names the record's partition
 * @param sendTimeMs when the producer publishes it, in epoch milliseconds
 * @param delivery why at that time
 * @param trades the entries of its array, liquidity events among them
 * @param value the JSON array as UTF-8; not to be changed
 */
public record SimulatedRecord(
        String topic,
        int partitionDraw,
        long sendTimeMs,
        Delivery delivery,
        int trades,
        byte[] value) {

    /** How a record comes to be published. */
    public enum Delivery {
        /** Within a quarter of a second of its block. */
        PROMPT,
        /** Up to three seconds after its block, so behind younger ones. */
        HELD_BACK,
        /** Once more, the same bytes, up to five seconds after the first time. */
        REDELIVERED
    }
}
