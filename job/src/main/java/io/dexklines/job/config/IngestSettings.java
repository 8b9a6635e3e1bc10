package io.dexklines.job.config;

import io.dexklines.clock.Partition;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The topics of trades, and the rules by which their trades count.
 *
 * @param chainsByTopic the topics, each with the {@code chain_id}s that it may carry
 * @param parallelism subtasks that read and decode; 0 for the job's own parallelism
 * @param maxFuture how far {@code block_time} may be ahead of the clock
 * @param maxDisorder how much older than the latest trade of its chain a trade in order may be
 * @param idleTimeout the time without a trade after which the klines of a chain are closed by the
 *     wall clock, and for which a partition that could not be read holds the clocks once it is read
 *     to its end
 * @param releasedPartitions the partitions that hold no clock, by an operator's decision
 * @param excludedTopic the topic of every trade that is not counted
 */
public record IngestSettings(
        Map<String, Set<String>> chainsByTopic,
        int parallelism,
        Duration maxFuture,
        Duration maxDisorder,
        Duration idleTimeout,
        Set<Partition> releasedPartitions,
        String excludedTopic)
        implements Serializable {

    /** Returns every chain that a topic may carry, in a fixed order. */
    public Set<String> chainIds() {
        Set<String> chainIds = new TreeSet<>();
        chainsByTopic.values().forEach(chainIds::addAll);
        return chainIds;
    }
}
