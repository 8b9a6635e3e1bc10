package io.dexklines.verifier;

import java.util.Optional;

/**
 * A difference between a kline in a sink and the recomputed one.
 *
 * @param what the difference in words
 * @param missingTrades how many trades the sink's kline lacks; negative if it has too many
 * @param row the row, if trades that are read later may show that it was right
 */
record Problem(
        Sink sink, Kind kind, KlineKey key, String what, long missingTrades, Optional<Row> row) {

    enum Kind {
        /** The sink lacks the kline. */
        LOST,
        /** The sink holds another version. */
        MISMATCHED,
        /** No trade makes the kline. */
        SURPLUS
    }

    @Override
    public String toString() {
        return sink + ": " + key + " " + what;
    }
}
