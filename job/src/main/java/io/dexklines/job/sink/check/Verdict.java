package io.dexklines.job.sink.check;

import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What a comparison of a store with a closed kline that the job emitted found. */
enum Verdict {
    /** The store holds the kline as it was emitted. */
    RIGHT,

    /**
     * The store holds a closed version with more trades. The job has emitted it a moment ago or in
     * an earlier run, or somebody else has written it.
     */
    AHEAD,

    /** The store holds fewer trades, an open version, or other values for the same trades. */
    WRONG,

    /** The store does not hold the kline. */
    MISSING,

    /** The store keeps newer klines only. */
    NOT_KEPT;

    /**
     * Returns the verdict.
     *
     * @param emitted closed
     */
    static Verdict of(Kline emitted, StoredKline stored) {
        if (stored instanceof StoredKline.Version version) {
            boolean open = Boolean.FALSE.equals(version.values().get(KlineColumns.CLOSED.name()));
            if (version.trades() > emitted.trades() && !open) {
                return AHEAD;
            }
            return differences(emitted, version).isEmpty() ? RIGHT : WRONG;
        }
        if (stored instanceof StoredKline.Missing) {
            return MISSING;
        }
        return stored instanceof StoredKline.NotKept ? NOT_KEPT : WRONG;
    }

    /** Returns the values that differ, with both versions, for a log. Empty if none does. */
    static String differences(Kline emitted, StoredKline.Version stored) {
        Map<String, Object> right = StoredKline.Version.of(emitted).values();
        return stored.values().entrySet().stream()
                .filter(value -> !Objects.equals(value.getValue(), right.get(value.getKey())))
                .map(
                        value ->
                                value.getKey()
                                        + " "
                                        + right.get(value.getKey())
                                        + " is stored as "
                                        + value.getValue())
                .collect(Collectors.joining(", "));
    }
}
