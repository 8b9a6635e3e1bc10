package io.dexklines.bench.peers;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The comparison of the klines of an engine with the expected ones. */
final class KlineComparison {

    /** The largest relative difference of two sums of doubles that were added in another order. */
    static final double TOLERANCE = 1e-9;

    /** What a kline is of. */
    record Key(String pair, String interval, long openTimeMs) {

        static Key of(Kline kline) {
            return new Key(kline.pair, kline.interval, kline.openTimeMs);
        }
    }

    /**
     * The result of a comparison.
     *
     * @param klines number of expected klines
     * @param missing number of expected klines that the engine did not emit
     * @param unexpected number of emitted klines that are not expected
     * @param wrong number of klines with another content
     * @param example one of the differences; empty if there is none
     */
    record Result(int klines, int missing, int unexpected, int wrong, String example) {

        boolean isEqual() {
            return missing == 0 && unexpected == 0 && wrong == 0;
        }

        @Override
        public String toString() {
            return "%d klines, %d missing, %d unexpected, %d wrong%s"
                    .formatted(
                            klines,
                            missing,
                            unexpected,
                            wrong,
                            example.isEmpty() ? "" : ", such as " + example);
        }
    }

    private final Map<Key, Kline> expected;
    private final boolean ordered;
    private int missing;
    private int unexpected;
    private int wrong;
    private String example = "";

    private KlineComparison(Map<Key, Kline> expected, boolean ordered) {
        this.expected = expected;
        this.ordered = ordered;
    }

    /** Returns the newest version of each kline in the files of a folder. */
    static Map<Key, Kline> newest(Path folder) throws IOException {
        Map<Key, Kline> newest = new HashMap<>();
        KlineFile.readAll(
                folder,
                kline ->
                        newest.merge(
                                Key.of(kline),
                                kline,
                                (held, other) -> other.trades >= held.trades ? other : held));
        return newest;
    }

    /**
     * Compares klines.
     *
     * @param ordered whether open and close must be those of the order of trading, too
     */
    static Result compare(Map<Key, Kline> expected, Map<Key, Kline> actual, boolean ordered) {
        KlineComparison comparison = new KlineComparison(expected, ordered);
        expected.forEach((key, kline) -> comparison.compare(key, kline, actual.get(key)));
        for (Key key : actual.keySet()) {
            if (!expected.containsKey(key)) {
                comparison.unexpected++;
                comparison.note("unexpected " + key);
            }
        }
        return comparison.result();
    }

    private void compare(Key key, Kline wanted, Kline actual) {
        if (actual == null) {
            missing++;
            note("missing " + key);
            return;
        }
        String difference = difference(wanted, actual, ordered);
        if (difference != null) {
            wrong++;
            note(key + " " + difference);
        }
    }

    private void note(String difference) {
        if (example.isEmpty()) {
            example = difference;
        }
    }

    private Result result() {
        return new Result(expected.size(), missing, unexpected, wrong, example);
    }

    /** Returns the first difference of two klines, or null. */
    private static String difference(Kline wanted, Kline actual, boolean ordered) {
        String difference = null;
        if (ordered) {
            difference = or(difference, "open", wanted.open, actual.open, 0);
            difference = or(difference, "close", wanted.close, actual.close, 0);
            difference = or(difference, "mcap open", wanted.mcapOpen, actual.mcapOpen, 0);
            difference = or(difference, "mcap close", wanted.mcapClose, actual.mcapClose, 0);
        }
        difference = or(difference, "high", wanted.high, actual.high, 0);
        difference = or(difference, "low", wanted.low, actual.low, 0);
        difference = or(difference, "mcap high", wanted.mcapHigh, actual.mcapHigh, 0);
        difference = or(difference, "mcap low", wanted.mcapLow, actual.mcapLow, 0);
        difference = or(difference, "trades", wanted.trades, actual.trades, 0);
        difference = or(difference, "buys", wanted.buys, actual.buys, 0);
        difference = or(difference, "USD", wanted.volumeUsd, actual.volumeUsd, TOLERANCE);
        difference = or(difference, "tokens", wanted.volumeToken, actual.volumeToken, TOLERANCE);
        difference =
                or(difference, "bought USD", wanted.buyVolumeUsd, actual.buyVolumeUsd, TOLERANCE);
        return or(
                difference,
                "bought tokens",
                wanted.buyVolumeToken,
                actual.buyVolumeToken,
                TOLERANCE);
    }

    private static String or(
            String former, String name, double wanted, double actual, double tolerance) {
        if (former != null || Math.abs(wanted - actual) <= tolerance * Math.abs(wanted)) {
            return former;
        }
        return "%s: %s instead of %s".formatted(name, actual, wanted);
    }
}
