package io.dexklines.relay.stream;

/**
 * The identity and version of a kline within its stream.
 *
 * @param openTimeMs the open time in epoch milliseconds, which identifies the kline
 * @param trades the number of trades, which increases with each version
 * @param closed whether the kline has ended. Of two versions with the same number of trades the
 *     closed one is newer
 */
public record KlineVersion(long openTimeMs, long trades, boolean closed) {

    /** Returns whether this version may replace {@code held}, a version of the same kline. */
    boolean supersedes(KlineVersion held) {
        return trades > held.trades || trades == held.trades && (closed || !held.closed);
    }
}
