package io.dexklines.relay.stream;

/**
 * The identity and version of a kline within its stream.
 *
 * @param openTimeMs the open time in epoch milliseconds, which identifies the kline
 * @param trades the number of trades, which increases with each version
 * @param closed whether the kline has ended. Of two versions with the same number of trades the
 *     closed one is newer
 * @param content a hash of the prices, volumes and positions. Two versions with the same number of
 *     trades and another content count different trades
 */
public record KlineVersion(long openTimeMs, long trades, boolean closed, int content) {

    /** Returns whether this version may replace {@code held}, a version of the same kline. */
    boolean supersedes(KlineVersion held) {
        return !held.isNewerThan(this);
    }

    /** Returns whether this version is newer than another version of the same kline. */
    public boolean isNewerThan(KlineVersion other) {
        return trades > other.trades || trades == other.trades && closed && !other.closed;
    }

    /** Returns whether this version counts as many trades as another one, but not the same. */
    boolean contradicts(KlineVersion other) {
        return trades == other.trades && content != other.content;
    }
}
