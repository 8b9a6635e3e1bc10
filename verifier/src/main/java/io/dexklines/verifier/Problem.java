package io.dexklines.verifier;

import java.util.Optional;

/**
 * What is wrong with a kline in a sink.
 *
 * @param what in words
 * @param missingTrades how many trades the sink's kline lacks; negative when it has too many
 * @param row where a later look at the topics may show that it was right after all
 */
record Problem(
        Sink sink, Kind kind, KlineKey key, String what, long missingTrades, Optional<Row> row) {

    enum Kind {
        /** The sink does not have it. */
        LOST,
        /** The sink has another. */
        MISMATCHED,
        /** No trade makes it. */
        SURPLUS
    }

    @Override
    public String toString() {
        return sink + ": " + key + " " + what;
    }
}
