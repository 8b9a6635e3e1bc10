package io.dexklines.relay.stream;

/**
 * Which kline of its stream a payload is, and which version of it.
 *
 * @param openTimeMs when the kline opens, epoch milliseconds: its identity within the stream
 * @param trades how many trades it counts: its version
 * @param closed whether its interval is over; of two with as many trades the closed one is newer
 */
public record KlineVersion(long openTimeMs, long trades, boolean closed) {

    /** Whether this may take the place of {@code held}, a version of the same kline. */
    boolean supersedes(KlineVersion held) {
        return trades > held.trades || trades == held.trades && (closed || !held.closed);
    }
}
