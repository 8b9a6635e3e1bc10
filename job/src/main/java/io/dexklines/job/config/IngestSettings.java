package io.dexklines.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * The topics of trades, and the rules by which their trades count.
 *
 * @param chainsByTopic the topics, each with the {@code chain_id}s that it may carry
 * @param parallelism subtasks that read and decode; 0 for the job's own parallelism
 * @param maxFuture how far {@code block_time} may be ahead of the clock
 * @param maxDisorder how far a partition may be out of order without a trade being late
 * @param idleTimeout the time after which a partition without valid trades does not hold back the
 *     others
 * @param excludedTopic the topic of every trade that is not counted
 */
public record IngestSettings(
        Map<String, Set<String>> chainsByTopic,
        int parallelism,
        Duration maxFuture,
        Duration maxDisorder,
        Duration idleTimeout,
        String excludedTopic)
        implements Serializable {}
