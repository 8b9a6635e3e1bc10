package io.dexklines.bench.jmh;

import io.dexklines.relay.stream.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encodes what a relay sends to all subscribers of a stream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
public class FrameBenchmark {

    private final byte[] kline = "k".repeat(460).getBytes(StandardCharsets.US_ASCII);

    /** The frame of a kline without the name of its stream. */
    @Benchmark
    public byte[] raw() {
        return event().rawFrame();
    }

    /** The frame of a kline with the name of its stream. */
    @Benchmark
    public byte[] combined() {
        return event().combinedFrame();
    }

    private StreamEvent event() {
        return new StreamEvent("56:0x" + "5c".repeat(20) + "@kline_1m", kline, null, null);
    }
}
