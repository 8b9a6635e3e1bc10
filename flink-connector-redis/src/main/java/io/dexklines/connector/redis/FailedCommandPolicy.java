package io.dexklines.connector.redis;

/** The reaction of the sink if Redis will never carry out a command, as after {@code WRONGTYPE}. */
public enum FailedCommandPolicy {
    /**
     * Fail the job. Nothing is lost, but the same element is written again after the restart, so
     * the job keeps failing until the cause is removed.
     */
    FAIL,

    /**
     * Drop the element. {@link RedisSinkMetric#ELEMENTS_DROPPED} counts it, and a warning is logged
     * at most every ten seconds. Other commands of the element may have been carried out.
     */
    DROP
}
