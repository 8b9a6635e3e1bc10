package io.dexklines.verifier;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A kline that was recomputed from its trades.
 *
 * @param close the first second after the kline, in epoch seconds
 * @param openers the trades that may open the kline; several if only the last tie-breaker, see
 *     {@link Swap#ORDER}, decides between them
 * @param closers the trades that may close the kline
 * @param firstTradeTime in epoch seconds
 * @param lastTradeTime in epoch seconds
 * @param first the position of the first trade, see {@link Swap#position}
 * @param last the position of the last trade
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
     * Recomputes a kline from its trades.
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
        Sums usd = Sums.of(swaps, Swap::totalUsd);
        Sums token = Sums.of(swaps, Swap::tokenAmount);
        return new Kline(
                key,
                span.close(key.open()),
                level(priced, opener),
                level(priced, closer),
                priced.stream().mapToDouble(Swap::priceUsd).max().orElseThrow(),
                priced.stream().mapToDouble(Swap::priceUsd).min().orElseThrow(),
                priced.stream().mapToDouble(Swap::mcap).max().orElseThrow(),
                priced.stream().mapToDouble(Swap::mcap).min().orElseThrow(),
                usd.all(),
                token.all(),
                usd.buys(),
                token.buys(),
                swaps.size(),
                swaps.stream().filter(Swap::buy).count(),
                token.all() == 0 ? 0 : Math.min(usd.all() / token.all(), Double.MAX_VALUE),
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

    /**
     * The exact sums of a number over all trades and over the buys, rounded once. A sum beyond the
     * largest double is the largest double.
     */
    private record Sums(double all, double buys) {

        static Sums of(List<Swap> swaps, ToDoubleFunction<Swap> number) {
            BigDecimal all = BigDecimal.ZERO;
            BigDecimal buys = BigDecimal.ZERO;
            for (Swap swap : swaps) {
                BigDecimal exact = new BigDecimal(number.applyAsDouble(swap));
                all = all.add(exact);
                if (swap.buy()) {
                    buys = buys.add(exact);
                }
            }
            return new Sums(rounded(all), rounded(buys));
        }

        private static double rounded(BigDecimal exact) {
            return Math.min(exact.doubleValue(), Double.MAX_VALUE);
        }
    }
}
