package io.dexklines.connector.redis;

/** What happens when Redis will never carry out a command, such as {@code WRONGTYPE}. */
public enum FailedCommandPolicy {
    /**
     * The job fails. Nothing is lost, but the same element comes again after the restart: until its
     * cause is removed, the job restarts over and over.
     */
    FAIL,

    /**
     * The element is given up, counted by {@link RedisSinkMetric#ELEMENTS_DROPPED} and logged, not
     * each time; others of its commands may have been carried out.
     */
    DROP
}
