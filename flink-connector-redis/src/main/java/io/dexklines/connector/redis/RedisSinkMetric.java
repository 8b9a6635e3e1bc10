package io.dexklines.connector.redis;

/**
 * The metrics of a writer, in the group {@code redis} of its operator. All of them are counters but
 * {@link #DOWN_SECONDS}.
 */
public enum RedisSinkMetric {
    /** Commands that Redis carried out and answered; one sent twice may count twice. */
    COMMANDS_SENT("commandsSent"),

    /** Commands that go back to the buffer to be sent again, once per time. */
    COMMANDS_RETRIED("commandsRetried"),

    /** Commands that Redis refused for good, under either {@link FailedCommandPolicy}. */
    COMMANDS_FAILED("commandsFailed"),

    /** Elements given up: a command of theirs was refused, or they are too large. */
    ELEMENTS_DROPPED("elementsDropped"),

    /** Batches that were answered, whatever the answers. */
    BATCHES_ANSWERED("batchesAnswered"),

    /** Calls of scripts that the server did not know, so that the text was sent. */
    SCRIPTS_MISSING("scriptsMissing"),

    /** Batches for which no connection came about, or whose connection broke. */
    CONNECTION_FAILURES("connectionFailures"),

    /** A gauge: for how many seconds nothing has passed; 0 while commands pass. */
    DOWN_SECONDS("downSeconds");

    /** The group the metrics are in. */
    public static final String GROUP = "redis";

    private final String metricName;

    RedisSinkMetric(String metricName) {
        this.metricName = metricName;
    }

    /** The name reporters see. */
    public String metricName() {
        return metricName;
    }
}
