package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * What a reader has emitted of one partition. Every Kafka record is emitted as one {@link
 * DecodedRecord}, so the offset of the last one is the progress.
 *
 * <p>The decoder excludes trades from the future. They are ignored here, too, because a clock never
 * goes back.
 */
final class EmittedSplit {

    private static final long NO_TIME = DecodedRecord.NO_TIME;
    private static final long UNKNOWN = -1;

    private final TopicPartition partition;
    private final String[] chainIds;
    private final long[] latestMs;
    private final long maxFutureMs;
    private final Clock clock;

    /** The index of the chain of the last trade: the next one is mostly of the same chain. */
    private int chain;

    /** Times up to here are not in the future. The clock is read only beyond. */
    private long pastMs = NO_TIME;

    private long position;
    private long emittedOffset = UNKNOWN;

    /**
     * @param chainIds the chains whose trades the partition may hold
     * @param maxFutureMs how far a trade may be ahead of the clock, milliseconds
     */
    EmittedSplit(
            KafkaPartitionSplit split, Iterable<String> chainIds, long maxFutureMs, Clock clock) {
        this.partition = split.getTopicPartition();
        // a marker for the beginning is negative
        this.position = Math.max(UNKNOWN, split.getStartingOffset());
        Map<String, Long> chains = new HashMap<>();
        chainIds.forEach(chainId -> chains.put(chainId, NO_TIME));
        this.chainIds = chains.keySet().toArray(String[]::new);
        this.latestMs = new long[this.chainIds.length];
        Arrays.fill(latestMs, NO_TIME);
        this.maxFutureMs = maxFutureMs;
        this.clock = clock;
    }

    /** Notes that a record of the partition was emitted. */
    void emitted(DecodedRecord record) {
        emittedOffset = record.offset();
        List<Trade> trades = record.trades();
        for (int i = 0; i < trades.size(); i++) {
            Trade trade = trades.get(i);
            long timeMs = trade.position().blockTimeSeconds() * 1000;
            if (isPast(timeMs) && isOfAChain(trade.chainId()) && timeMs > latestMs[chain]) {
                latestMs[chain] = timeMs;
            }
        }
    }

    private boolean isPast(long timeMs) {
        if (timeMs > pastMs) {
            pastMs = clock.millis() + maxFutureMs;
        }
        return timeMs <= pastMs;
    }

    /** Sets the index of the chain. */
    private boolean isOfAChain(String chainId) {
        for (int looked = 0; looked < chainIds.length; looked++) {
            if (chainIds[chain].equals(chainId)) {
                return true;
            }
            chain = chain + 1 < chainIds.length ? chain + 1 : 0;
        }
        return false;
    }

    /**
     * Returns the progress, and begins anew with the latest times.
     *
     * @param positions the positions of the reader's consumers
     */
    ReadReport.Progress report(ConsumerPositions positions) {
        position = Math.max(position, emittedOffset == UNKNOWN ? UNKNOWN : emittedOffset + 1);
        position = Math.max(position, positions.positionBehind(partition, emittedOffset, position));
        Map<String, Long> reportedMs = new HashMap<>();
        for (int i = 0; i < chainIds.length; i++) {
            if (latestMs[i] != NO_TIME) {
                reportedMs.put(chainIds[i], latestMs[i]);
                latestMs[i] = NO_TIME;
            }
        }
        return new ReadReport.Progress(
                new Partition(partition.topic(), partition.partition()), position, reportedMs);
    }
}
