package io.dexklines.connector.redis;

/**
 * The metrics of a writer, in the group {@code redis} of its operator. All are counters, except
 * {@link #DOWN_SECONDS}.
 */
public enum RedisSinkMetric {
    /** Commands that Redis carried out and answered. A command that is sent twice counts twice. */
    COMMANDS_SENT("commandsSent"),

    /** Commands that returned to the buffer to be sent again, once for each retry. */
    COMMANDS_RETRIED("commandsRetried"),

    /** Commands that Redis will never carry out, under either {@link FailedCommandPolicy}. */
    COMMANDS_FAILED("commandsFailed"),

    /** Elements dropped because they were too large or because Redis refused a command. */
    ELEMENTS_DROPPED("elementsDropped"),

    /** Batches that Redis answered completely, including those with error replies. */
    BATCHES_ANSWERED("batchesAnswered"),

    /** Script calls that were sent by text because the server did not know the digest. */
    SCRIPTS_MISSING("scriptsMissing"),

    /** Batches that failed to connect or lost their connection. */
    CONNECTION_FAILURES("connectionFailures"),

    /** A gauge: seconds since Redis last carried out a command; 0 while it does. */
    DOWN_SECONDS("downSeconds");

    /** The name of the metric group. */
    public static final String GROUP = "redis";

    private final String metricName;

    RedisSinkMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}
