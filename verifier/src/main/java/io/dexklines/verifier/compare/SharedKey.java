package io.dexklines.verifier.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A kline to which both writers wrote: one of ours, of the trades up to some moment, to which the
 * Go writer has added every batch since another moment. The timestamps of records tell which batch
 * came first.
 */
final class SharedKey {

    private static final int MAX_BATCHES = 500;
    private static final double TOLERANCE = 1e-12;

    private SharedKey() {}

    /**
     * Returns the cause if the values can have come about in that way.
     *
     * @param parts the batches that the Go writer puts into the kline
     * @param own the trades that belong into the kline and count, in the order of their records
     */
    static Optional<Named> explain(
            Candle theirs, List<Part> parts, List<List<Trade>> own, Reference reference) {
        if (parts.size() > MAX_BATCHES || own.size() > MAX_BATCHES) {
            return Optional.empty();
        }
        List<Part> arrived =
                parts.stream()
                        .sorted(Comparator.comparingLong((Part part) -> part.batch().writtenMs()))
                        .toList();
        List<Trade> prefix = new ArrayList<>();
        for (List<Trade> batch : own) {
            prefix.addAll(batch);
            Candle merged = reference.of(prefix);
            List<Trade> added = new ArrayList<>();
            for (int i = arrived.size() - 1; i >= 0; i--) {
                // the last part closes, whatever is added before it
                Part last = arrived.get(arrived.size() - 1);
                added.addAll(arrived.get(i).batch().trades());
                if (merged.trades() + added.size() > theirs.trades()) {
                    break;
                }
                if (fits(theirs, merged, arrived.subList(i, arrived.size()), last)) {
                    return Optional.of(Named.of(Cause.BOTH_WRITERS, added));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean fits(Candle theirs, Candle base, List<Part> added, Part last) {
        long trades = base.trades();
        long buys = base.buys();
        long sells = base.sells();
        double usd = base.volumeUsd();
        double token = base.volumeToken();
        double high = base.high();
        double low = base.low();
        for (Part part : added) {
            trades += part.trades();
            buys += part.buys();
            sells += part.sells();
            usd += part.usd();
            token += part.token();
            high = Math.max(high, part.highest().price());
            low = Math.min(low, part.lowest().price());
        }
        return trades == theirs.trades()
                && buys == theirs.buys()
                && sells == theirs.sells()
                && high == theirs.high()
                && low == theirs.low()
                && base.open() == theirs.open()
                && Candle.agrees(theirs.mcapOpen(), base.mcapOpen())
                && last.closer().price() == theirs.close()
                && Candle.agrees(theirs.mcapClose(), last.closer().mcap())
                && Math.abs(usd - theirs.volumeUsd()) <= TOLERANCE * Math.abs(usd)
                && Math.abs(token - theirs.volumeToken()) <= TOLERANCE * Math.abs(token);
    }
}
