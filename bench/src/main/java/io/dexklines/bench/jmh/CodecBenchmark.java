package io.dexklines.bench.jmh;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writes and reads what crosses the network and what is in the state, with Flink's views of bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class CodecBenchmark {

    private static final int TRADES = 20;

    private final List<Trade> trades = new MarketTrades(400).trades(20_000);
    private final TradeBatch batch =
            new TradeBatch("evm-trades-v4", 0, 0, List.copyOf(trades.subList(0, TRADES)));
    private final PairSwaps busiest =
            MarketTrades.byPair(trades).stream()
                    .max(Comparator.comparingInt(swaps -> swaps.swaps().size()))
                    .orElseThrow();
    private final PairSwaps swaps =
            new PairSwaps(
                    busiest.pair(),
                    busiest.labels(),
                    busiest.topic(),
                    0,
                    0,
                    List.copyOf(busiest.swaps().subList(0, TRADES)));
    private final PairKlines klines = MarketTrades.counted(swaps);
    private final KlineUpdates updates =
            new KlineUpdates(
                    swaps.pair(),
                    swaps.labels(),
                    klines.copy().takeChanged(MarketTrades.RULES, Long.MIN_VALUE));

    private final DataOutputSerializer out = new DataOutputSerializer(1 << 16);
    private final DataInputDeserializer in = new DataInputDeserializer();
    private final byte[] batchBytes = bytes(batch::write);
    private final byte[] swapsBytes = bytes(swaps::write);
    private final byte[] klinesBytes = bytes(klines::write);
    private final byte[] updatesBytes = bytes(updates::write);

    private interface Write {
        void to(DataOutputSerializer out) throws IOException;
    }

    /** Writes one trade of a batch of twenty, as the smart-money branch receives it. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public int writeTrade() throws IOException {
        out.clear();
        batch.write(out);
        return out.length();
    }

    /** Reads one trade of such a batch. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public TradeBatch readTrade() throws IOException {
        in.setBuffer(batchBytes);
        return TradeBatch.read(in);
    }

    /** Writes one of twenty swaps of a pair, as the kline operator receives them. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public int writeSwap() throws IOException {
        out.clear();
        swaps.write(out);
        return out.length();
    }

    /** Reads one of such swaps. */
    @Benchmark
    @OperationsPerInvocation(TRADES)
    public PairSwaps readSwap() throws IOException {
        in.setBuffer(swapsBytes);
        return PairSwaps.read(in);
    }

    /** Writes the state of a pair with twenty trades. */
    @Benchmark
    public int writePair() throws IOException {
        out.clear();
        klines.write(out);
        return out.length();
    }

    /** Reads the state of such a pair. */
    @Benchmark
    public PairKlines readPair() throws IOException {
        in.setBuffer(klinesBytes);
        return PairKlines.read(in);
    }

    /** Copies the state of such a pair. */
    @Benchmark
    public PairKlines copyPair() {
        return klines.copy();
    }

    /** Writes the nine klines that a pair emits. */
    @Benchmark
    public int writeUpdates() throws IOException {
        out.clear();
        updates.write(out);
        return out.length();
    }

    /** Reads such klines. */
    @Benchmark
    public KlineUpdates readUpdates() throws IOException {
        in.setBuffer(updatesBytes);
        return KlineUpdates.read(in);
    }

    private static byte[] bytes(Write write) {
        try {
            DataOutputSerializer out = new DataOutputSerializer(1 << 16);
            write.to(out);
            return out.getCopyOfBuffer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
