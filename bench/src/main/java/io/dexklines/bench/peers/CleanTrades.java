package io.dexklines.bench.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dexklines.local.simulator.SimulatedRecord;
import java.util.Optional;
import java.util.function.Function;

/**
 * The records of the simulated market without what only this project handles, so that all engines
 * must have the same klines: without redelivered records, and without marks of sandwich attacks,
 * which would keep prices out of klines. Counts the swaps that it passes on.
 */
final class CleanTrades implements Function<SimulatedRecord, Optional<byte[]>> {

    private static final String MARKED = "\"clamp\":true";
    private static final String NOT_MARKED = "\"clamp\":false";
    private static final String BUY = "\"type\":\"buy\"";
    private static final String SELL = "\"type\":\"sell\"";

    private ExpectedKlines expected;
    private long swaps;

    /** Adds all further records to the expected klines; null to add no more. */
    void expect(ExpectedKlines klines) {
        expected = klines;
    }

    /** Returns the number of swaps until now. */
    long swaps() {
        return swaps;
    }

    @Override
    public Optional<byte[]> apply(SimulatedRecord record) {
        if (record.delivery() == SimulatedRecord.Delivery.REDELIVERED) {
            return Optional.empty();
        }
        // every byte is one character of this encoding, and none changes on the way back
        String text = new String(record.value(), ISO_8859_1);
        swaps += occurrences(text, BUY) + occurrences(text, SELL);
        byte[] value =
                text.contains(MARKED)
                        ? text.replace(MARKED, NOT_MARKED).getBytes(ISO_8859_1)
                        : record.value();
        if (expected != null) {
            expected.add(value);
        }
        return Optional.of(value);
    }

    private static int occurrences(String text, String word) {
        int count = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            count++;
        }
        return count;
    }
}
