package io.dexklines.bench.jmh;

import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletFilter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Asks the Bloom filter of smart money for wallets that are not listed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class FilterBenchmark {

    private static final int ASKED = 1 << 16;

    @Param({"0", "1000000"})
    private int wallets;

    private final WalletFilter filter = new WalletFilter(1e-4, 1_000_000);
    private final String[] makers = new String[ASKED];
    private int next;

    /** Lists the wallets. */
    @Setup
    public void list() {
        for (int i = 0; i < wallets; i++) {
            filter.apply(ListChange.listed(new Wallet("56", address(i)), "whale"));
        }
        for (int i = 0; i < ASKED; i++) {
            makers[i] = address(-1 - i);
        }
    }

    /** Hashes the maker of one trade and looks for it. */
    @Benchmark
    public boolean mightContain() {
        String maker = makers[next++ % ASKED];
        return filter.mightContain("56", WalletFilter.fingerprint(maker));
    }

    private static String address(int number) {
        return String.format("0x%040x", number * 0x9e3779b97f4a7c15L & Long.MAX_VALUE);
    }
}
