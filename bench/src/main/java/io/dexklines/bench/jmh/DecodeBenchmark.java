package io.dexklines.bench.jmh;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.Blackhole;

/** Decodes the JSON of a topic and computes identities; nanoseconds for an entry or a trade. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBenchmark {

    private static final int ENTRIES = 30_000;

    private final JsonTradeDecoder decoder = MarketTrades.decoder();
    private final List<SimulatedRecord> records = exactly(new MarketTrades(400).records(ENTRIES));
    private final TradeIdentity identity = new TradeIdentity();
    private final IdentityFields fields =
            IdentityFields.of(
                    "0x" + "7e".repeat(32), "0x" + "b1".repeat(20), true, 1234.5, 0.25, 99.75);

    /** One entry of a record, about 1.7 kB. */
    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public void entry(Blackhole sink) {
        for (SimulatedRecord record : records) {
            DecodedRecord decoded = decoder.decode(record.value(), record.topic(), 0, 0);
            sink.consume(decoded);
        }
    }

    /** The identity of one trade. */
    @Benchmark
    public TradeId identity() {
        return identity.of("8453", "0x" + "5c".repeat(20), 42, 130, fields);
    }

    /** Drops the last record if it has more entries than needed; the error is less than 1 %. */
    private static List<SimulatedRecord> exactly(List<SimulatedRecord> records) {
        int entries = records.stream().mapToInt(SimulatedRecord::trades).sum();
        return entries == ENTRIES ? records : records.subList(0, records.size() - 1);
    }
}
