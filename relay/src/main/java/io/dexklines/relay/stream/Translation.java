package io.dexklines.relay.stream;

/** Translates klines to the messages of another protocol. Thread-safe. */
@FunctionalInterface
public interface Translation {

    /**
     * Returns the message for a kline.
     *
     * @param kline an event of a stream of klines
     * @return UTF-8, which nobody may modify; empty if clients of the other protocol get nothing
     */
    byte[] message(StreamEvent kline);
}
