package io.dexklines.verifier.compare;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Klines as dex-klines defines them, for tests. */
final class ExactKlines {

    private ExactKlines() {}

    static Candle of(List<Trade> trades) {
        List<Trade> free = trades.stream().filter(trade -> !trade.clamp()).toList();
        List<Trade> priced = free.isEmpty() ? trades : free;
        Trade first = priced.stream().min(Trade.ORDER).orElseThrow();
        Trade last = priced.stream().max(Trade.ORDER).orElseThrow();
        Comparator<Trade> byPrice = Comparator.comparingDouble(Trade::price);
        Comparator<Trade> byMcap = Comparator.comparingDouble(Trade::mcap);
        long buys = trades.stream().filter(trade -> trade.side() == Trade.Side.BUY).count();
        return new Candle(
                first.price(),
                last.price(),
                priced.stream().max(byPrice).orElseThrow().price(),
                priced.stream().min(byPrice).orElseThrow().price(),
                first.mcap(),
                priced.stream().max(byMcap).orElseThrow().mcap(),
                priced.stream().min(byMcap).orElseThrow().mcap(),
                last.mcap(),
                sum(trades, Trade::usd),
                sum(trades, Trade::token),
                buys,
                trades.size() - buys,
                trades.size());
    }

    private static double sum(List<Trade> trades, ToDoubleFunction<Trade> number) {
        return trades.stream()
                .map(trade -> new BigDecimal(number.applyAsDouble(trade)))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }
}
