package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.IngestSettings;
import java.time.Clock;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The strategy of event time: the watermark of a partition is the time of its latest valid trade
 * less the allowed disorder. It never passes the wall clock less the allowed disorder, so a
 * producer whose clock is ahead closes no kline early.
 *
 * <p>A partition without valid trades for the idle timeout is idle and does not hold back the
 * others, and neither does a source subtask without a partition. Time under back pressure does not
 * count as idle.
 *
 * <p>The timestamp of a record in the job is the time at which Kafka received it. It only serves to
 * measure latency.
 *
 * <p>The decoder refuses trades from the future. This strategy ignores them, too: a watermark never
 * goes back, so a wrong one would make every later trade late.
 */
public final class TradeWatermarks implements WatermarkStrategy<DecodedRecord> {

    private static final long serialVersionUID = 1L;

    private final IngestSettings settings;
    private final Clock clock;

    /**
     * @param settings the allowed disorder, the allowed future and the idle timeout
     * @param clock the wall clock; it must be serializable, as {@link Clock#systemUTC()} is
     */
    public TradeWatermarks(IngestSettings settings, Clock clock) {
        this.settings = settings;
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

    /** The watermark of one partition, or of a subtask without partitions. */
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
                    || tradedMs > clock.millis() + settings.maxFuture().toMillis()) {
                return;
            }
            latestMs = Math.max(latestMs, tradedMs);
            activeSinceEmit = true;
            if (idle) {
                // emitted at once, because the others advance without this partition until then
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
                    > settings.idleTimeout().toNanos()) {
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

        /** Returns the time of the latest trade less the allowed disorder. */
        private Watermark watermark() {
            long reachedMs = Math.min(latestMs, clock.millis());
            return new Watermark(reachedMs - settings.maxDisorder().toMillis() - 1);
        }
    }
}
