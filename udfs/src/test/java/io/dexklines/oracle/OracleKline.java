package io.dexklines.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** A kline kept as the list of its trades. Every number is computed from all of them on request. */
public final class OracleKline {

    static final OracleKline EMPTY = new OracleKline(List.of());

    private final List<OracleTrade> trades;
    private List<OracleTrade> priced;

    /** The four sums, cached on the first request because decimal sums are slow. */
    private final double[] sums = new double[4];

    private boolean summed;

    private OracleKline(List<OracleTrade> inOrder) {
        this.trades = inOrder;
    }

    /** Returns the kline of at least one trade. The trades may be in any order. */
    public static OracleKline of(List<OracleTrade> trades) {
        List<OracleTrade> inOrder = new ArrayList<>(trades);
        inOrder.sort(OracleTrade.ORDER);
        return new OracleKline(inOrder);
    }

    OracleKline with(OracleTrade trade) {
        List<OracleTrade> more = new ArrayList<>(trades);
        more.add(trade);
        return of(more);
    }

    /** Returns the kline of the trades of several klines. */
    public static OracleKline merge(List<OracleKline> parts) {
        List<OracleTrade> all = new ArrayList<>();
        for (OracleKline part : parts) {
            all.addAll(part.trades);
        }
        return of(all);
    }

    /** Returns the trades in the order of the contract. */
    public List<OracleTrade> trades() {
        return trades;
    }

    public double open() {
        return priced().get(0).price();
    }

    public double close() {
        return priced().get(priced().size() - 1).price();
    }

    public double high() {
        return max(OracleTrade::price);
    }

    public double low() {
        return min(OracleTrade::price);
    }

    public double mcapOpen() {
        return priced().get(0).mcap();
    }

    public double mcapClose() {
        return priced().get(priced().size() - 1).mcap();
    }

    public double mcapHigh() {
        return max(OracleTrade::mcap);
    }

    public double mcapLow() {
        return min(OracleTrade::mcap);
    }

    public double volumeUsd() {
        return sum(0);
    }

    public double volumeToken() {
        return sum(1);
    }

    public double buyVolumeUsd() {
        return sum(2);
    }

    public double buyVolumeToken() {
        return sum(3);
    }

    public long count() {
        return trades.size();
    }

    public long buys() {
        return trades.stream().filter(OracleTrade::buy).count();
    }

    public OracleTrade first() {
        return trades.get(0);
    }

    public OracleTrade last() {
        return trades.get(trades.size() - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OracleKline kline && trades.equals(kline.trades);
    }

    @Override
    public int hashCode() {
        return trades.hashCode();
    }

    @Override
    public String toString() {
        return "kline of " + trades;
    }

    private List<OracleTrade> priced() {
        if (priced == null) {
            List<OracleTrade> clean = trades.stream().filter(trade -> !trade.clamp()).toList();
            priced = clean.isEmpty() ? trades : clean;
        }
        return priced;
    }

    private double max(ToDoubleFunction<OracleTrade> of) {
        return priced().stream().mapToDouble(of).max().orElseThrow();
    }

    private double min(ToDoubleFunction<OracleTrade> of) {
        return priced().stream().mapToDouble(of).min().orElseThrow();
    }

    private double sum(int which) {
        if (!summed) {
            sums[0] = sum(trade -> true, OracleTrade::usd);
            sums[1] = sum(trade -> true, OracleTrade::token);
            sums[2] = sum(OracleTrade::buy, OracleTrade::usd);
            sums[3] = sum(OracleTrade::buy, OracleTrade::token);
            summed = true;
        }
        return sums[which];
    }

    private double sum(Predicate<OracleTrade> over, ToDoubleFunction<OracleTrade> of) {
        BigDecimal exact = BigDecimal.ZERO;
        for (OracleTrade trade : trades) {
            if (over.test(trade)) {
                exact = exact.add(new BigDecimal(of.applyAsDouble(trade)));
            }
        }
        return exact.doubleValue();
    }
}
