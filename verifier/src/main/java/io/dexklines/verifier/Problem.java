package io.dexklines.verifier;

import java.util.Optional;

/**
 * A difference between a kline in a sink and the recomputed one.
 *
 * @param what a description of the difference
 * @param missingTrades how many trades the sink's kline lacks; negative if it has too many
 * @param row the row, if more trades may show that it was right; otherwise empty
 */
record Problem(
        Sink sink, Kind kind, KlineKey key, String what, long missingTrades, Optional<Row> row) {

    enum Kind {
        /** The sink lacks the kline. */
        LOST,
        /** The sink holds another version. */
        MISMATCHED,
        /** No trade in the topics belongs to the kline. */
        SURPLUS
    }

    @Override
    public String toString() {
        return sink + ": " + key + " " + what;
    }
}
