package io.dexklines.local.verify;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * A kline as its trades make it.
 *
 * @param openers the trades that may open it: several only where they differ in nothing but their
 *     identity, which may be ordered in any way
 * @param closers the trades that may close it
 * @param firstTradeTime epoch seconds
 * @param lastTradeTime epoch seconds
 */
record Kline(
        KlineKey key,
        long close,
        List<Swap> openers,
        List<Swap> closers,
        double high,
        double low,
        double mcapHigh,
        double mcapLow,
        double volumeUsd,
        double volumeToken,
        double buyVolumeUsd,
        double buyVolumeToken,
        long trades,
        long buys,
        double vwap,
        long firstTradeTime,
        long lastTradeTime,
        String first,
        String last) {

    /**
     * The kline of some trades that all belong to it.
     *
     * @param swaps at least one, in any order
     */
    static Kline of(KlineKey key, Span span, List<Swap> swaps) {
        List<Swap> free = swaps.stream().filter(swap -> !swap.clamp()).toList();
        List<Swap> priced = free.isEmpty() ? swaps : free;
        Swap first = swaps.stream().min(Swap.ORDER).orElseThrow();
        Swap last = swaps.stream().max(Swap.ORDER).orElseThrow();
        Swap opener = priced.stream().min(Swap.ORDER).orElseThrow();
        Swap closer = priced.stream().max(Swap.ORDER).orElseThrow();
        double volumeUsd = sum(swaps, swap -> true, Swap::totalUsd);
        double volumeToken = sum(swaps, swap -> true, Swap::tokenAmount);
        return new Kline(
                key,
                span.close(key.open()),
                level(priced, opener),
                level(priced, closer),
                priced.stream().mapToDouble(Swap::priceUsd).max().orElseThrow(),
                priced.stream().mapToDouble(Swap::priceUsd).min().orElseThrow(),
                priced.stream().mapToDouble(Swap::mcap).max().orElseThrow(),
                priced.stream().mapToDouble(Swap::mcap).min().orElseThrow(),
                volumeUsd,
                volumeToken,
                sum(swaps, Swap::buy, Swap::totalUsd),
                sum(swaps, Swap::buy, Swap::tokenAmount),
                swaps.size(),
                swaps.stream().filter(Swap::buy).count(),
                volumeToken == 0 ? 0 : volumeUsd / volumeToken,
                first.blockTime(),
                last.blockTime(),
                first.position(),
                last.position());
    }

    long sells() {
        return trades - buys;
    }

    private static List<Swap> level(List<Swap> swaps, Swap with) {
        return swaps.stream().filter(swap -> Swap.ORDER.compare(swap, with) == 0).toList();
    }

    /** The exact sum, rounded once. */
    private static double sum(
            List<Swap> swaps, Predicate<Swap> which, ToDoubleFunction<Swap> number) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Swap swap : swaps) {
            if (which.test(swap)) {
                sum = sum.add(new BigDecimal(number.applyAsDouble(swap)));
            }
        }
        return sum.doubleValue();
    }
}
