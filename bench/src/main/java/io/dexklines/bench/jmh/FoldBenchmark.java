package io.dexklines.bench.jmh;

import io.dexklines.kline.ExactSum;
import io.dexklines.kline.KlineAccumulator;
import io.dexklines.kline.PairKlines;
import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Adds trades to the nine klines of their pairs; nanoseconds for a trade. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class FoldBenchmark {

    private static final int TRADES = 100_000;

    @Param({"400", "20000"})
    private int pairs;

    private final List<Pair> pairOf = new ArrayList<>(TRADES);
    private final List<PairKlines> klinesOf = new ArrayList<>(TRADES);
    private Swap[] swaps;

    private final KlineAccumulator one = new KlineAccumulator();
    private final KlineAccumulator other = new KlineAccumulator();
    private final ExactSum sum = new ExactSum();
    private double value;

    /** Decodes the trades once. */
    @Setup
    public void decode() {
        List<Trade> trades = new MarketTrades(pairs).trades(TRADES).subList(0, TRADES);
        swaps = trades.stream().map(Swap::of).toArray(Swap[]::new);
        trades.forEach(trade -> pairOf.add(MarketTrades.pair(trade)));
        for (int i = 0; i < 100; i++) {
            one.add(swaps[i]);
            other.add(swaps[100 + i]);
        }
        value = 0.1 / 3;
    }

    /** Starts without state, so that no trade is a duplicate. */
    @Setup(Level.Invocation)
    public void forget() {
        Map<Pair, PairKlines> byPair = new HashMap<>();
        klinesOf.clear();
        for (Pair pair : pairOf) {
            klinesOf.add(byPair.computeIfAbsent(pair, unknown -> new PairKlines()));
        }
    }

    /** Looks for a duplicate and adds one trade to nine klines. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public void add() {
        for (int i = 0; i < TRADES; i++) {
            klinesOf.get(i).add(pairOf.get(i), swaps[i], MarketTrades.RULES, Long.MIN_VALUE);
        }
    }

    /** Merges a kline into another, both of 100 trades. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public KlineAccumulator merge() {
        for (int i = 0; i < TRADES; i++) {
            one.merge(other);
        }
        return one;
    }

    /** Adds a number to an exact sum. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public ExactSum exactSum() {
        for (int i = 0; i < TRADES; i++) {
            sum.add(value);
        }
        return sum;
    }

    /** Rounds an exact sum. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public double round() {
        double all = 0;
        for (int i = 0; i < TRADES; i++) {
            all += sum.rounded();
        }
        return all;
    }
}
