package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Event time: per partition, the time of the latest valid trade less the disorder that is allowed.
 *
 * <p>Only valid trades count. A partition that delivers nothing else for the idle timeout is idle
 * and does not hold the others back; neither does a source subtask without a partition. Time during
 * which the source was held up from behind does not count as idle.
 *
 * <p>The timestamp that a record carries through the job is another: when it was published, as
 * Kafka has it. Only the latency is measured by it.
 *
 * <p>The decoder has refused trades from the future already. Here they are passed over once more:
 * the watermark never goes back, so one that is wrong makes every later trade late.
 */
public final class TradeWatermarks implements WatermarkStrategy<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final Duration maxDisorder;
    private final Duration maxFuture;
    private final Duration idleTimeout;
    private final Clock clock;

    /**
     * @param settings the disorder, the future and the timeout
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public TradeWatermarks(IngestSettings settings, Clock clock) {
        this.maxDisorder = settings.maxDisorder();
        this.maxFuture = settings.maxFuture();
        this.idleTimeout = settings.idleTimeout();
        this.clock = clock;
    }

    @Override
    public TimestampAssigner<DecodedRecord> createTimestampAssigner(
            TimestampAssignerSupplier.Context context) {
        return (record, publishedMs) -> publishedMs;
    }

    @Override
    public WatermarkGenerator<DecodedRecord> createWatermarkGenerator(
            WatermarkGeneratorSupplier.Context context) {
        return new Generator(context.getInputActivityClock());
    }

    /** The watermark of one partition, or of a subtask that has none. */
    private final class Generator implements WatermarkGenerator<DecodedRecord> {

        private final RelativeClock activityClock;

        private long latestMs = TimestampAssigner.NO_TIMESTAMP;
        private boolean activeSinceEmit;
        private boolean waiting;
        private long waitingSinceNanos;
        private boolean idle;

        Generator(RelativeClock activityClock) {
            this.activityClock = activityClock;
        }

        @Override
        public void onEvent(DecodedRecord record, long publishedMs, WatermarkOutput output) {
            long tradedMs = record.latestTimeMs();
            if (tradedMs == TimestampAssigner.NO_TIMESTAMP
                    || tradedMs > clock.millis() + maxFuture.toMillis()) {
                return;
            }
            latestMs = Math.max(latestMs, tradedMs);
            activeSinceEmit = true;
            if (idle) {
                // at once: until it is heard of, the others advance without it
                idle = false;
                output.emitWatermark(watermark());
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (activeSinceEmit) {
                activeSinceEmit = false;
                waiting = false;
            } else if (!waiting) {
                waiting = true;
                waitingSinceNanos = activityClock.relativeTimeNanos();
            } else if (activityClock.relativeTimeNanos() - waitingSinceNanos
                    > idleTimeout.toNanos()) {
                if (!idle) {
                    idle = true;
                    output.markIdle();
                }
                return;
            }
            if (latestMs != TimestampAssigner.NO_TIMESTAMP) {
                output.emitWatermark(watermark());
            }
        }

        /** As Flink defines it: nothing at or before this time is still to come. */
        private Watermark watermark() {
            return new Watermark(latestMs - maxDisorder.toMillis() - 1);
        }
    }
}
