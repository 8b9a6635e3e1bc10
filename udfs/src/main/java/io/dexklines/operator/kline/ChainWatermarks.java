package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.common.watermark.LongWatermark;
import org.apache.flink.api.common.watermark.LongWatermarkDeclaration;
import org.apache.flink.api.common.watermark.Watermark;
import org.apache.flink.api.common.watermark.WatermarkDeclaration;
import org.apache.flink.api.common.watermark.WatermarkDeclarations;

/**
 * The watermarks by which the source of trades tells the kline operator the time of each chain.
 *
 * <p>Another one says when the klines of a job begin that does not read all trades.
 *
 * <p>They are Flink's generalized watermarks (FLIP-467). A source declares them and every subtask
 * emits them; Flink keeps them in order with the records, and combines the times of all channels
 * into the least.
 *
 * @see ChainTime
 */
public final class ChainWatermarks {

    private static final String CLOCK = "clock-";
    private static final String CLOSING = "closing-";
    private static final String BEGIN = "klines-begin";

    /**
     * What a watermark says of a chain.
     *
     * @param time the time that the chain's clock has reached at least
     */
    record Advance(String chainId, ChainTime time) {}

    private ChainWatermarks() {}

    /** Returns the declarations for these chains, for {@code Source.declareWatermarks}. */
    public static Set<WatermarkDeclaration> declarations(Collection<String> chainIds) {
        Set<WatermarkDeclaration> declarations = new LinkedHashSet<>();
        declarations.add(begin());
        for (String chainId : chainIds) {
            declarations.add(clock(chainId));
            declarations.add(closing(chainId));
        }
        return declarations;
    }

    /** Declares the clock of a chain, which decides what is late. */
    public static LongWatermarkDeclaration clock(String chainId) {
        return least(CLOCK + chainId);
    }

    /**
     * Declares the time up to which the klines of a chain are closed. It only needs to be emitted
     * where it is ahead of the clock.
     */
    public static LongWatermarkDeclaration closing(String chainId) {
        return least(CLOSING + chainId);
    }

    /**
     * Declares the time at which klines begin. A source that does not read all trades emits it in
     * every subtask before the first record. It takes effect with the first channel on which it
     * arrives.
     */
    public static LongWatermarkDeclaration begin() {
        return WatermarkDeclarations.newBuilder(BEGIN)
                .typeLong()
                .combineFunctionMax()
                .combineWaitForAllChannels(false)
                .defaultHandlingStrategyForward()
                .build();
    }

    /** Returns when klines begin, epoch milliseconds, if the watermark says so. */
    static OptionalLong readBegin(Watermark watermark) {
        return watermark instanceof LongWatermark told && BEGIN.equals(watermark.getIdentifier())
                ? OptionalLong.of(told.getValue())
                : OptionalLong.empty();
    }

    /** Returns what a watermark says of a chain, or nothing if it is none of these watermarks. */
    static Optional<Advance> read(Watermark watermark) {
        String identifier = watermark.getIdentifier();
        if (watermark instanceof LongWatermark told) {
            if (identifier.startsWith(CLOCK)) {
                ChainTime time = new ChainTime(told.getValue(), told.getValue());
                return Optional.of(new Advance(identifier.substring(CLOCK.length()), time));
            }
            if (identifier.startsWith(CLOSING)) {
                ChainTime time = new ChainTime(ChainTime.NOT_STARTED, told.getValue());
                return Optional.of(new Advance(identifier.substring(CLOSING.length()), time));
            }
        }
        return Optional.empty();
    }

    private static LongWatermarkDeclaration least(String identifier) {
        return WatermarkDeclarations.newBuilder(identifier)
                .typeLong()
                .combineFunctionMin()
                .combineWaitForAllChannels(true)
                .defaultHandlingStrategyForward()
                .build();
    }
}
