package io.dexklines.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What is read, and what of it is believed.
 *
 * @param chainsByTopic the topics, each with the {@code chain_id}s it may carry
 * @param parallelism subtasks that read and decode; 0 for the job's own parallelism
 * @param maxFuture how far {@code block_time} may be ahead of the clock
 * @param maxDisorder how far a partition may be out of order without a trade being late
 * @param idleTimeout after which a partition without valid trades holds nothing back
 * @param excludedTopic where every trade goes that is not counted
 */
public record IngestSettings(
        Map<String, Set<String>> chainsByTopic,
        int parallelism,
        Duration maxFuture,
        Duration maxDisorder,
        Duration idleTimeout,
        String excludedTopic)
        implements Serializable {

    private static final long serialVersionUID = 1L;
}
