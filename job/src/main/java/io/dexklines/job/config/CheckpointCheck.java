package io.dexklines.job.config;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.util.TimeUtils;

/**
 * The check that Flink's checkpoints fit the job's Kafka transactions.
 *
 * <p>A transaction is opened while a checkpoint is taken, and committed when the next one has
 * completed. Checkpoints take up to their timeout and begin {@code max(interval, timeout +
 * min-pause)} after each other, so a transaction may have to stay open for that time plus another
 * timeout. If the broker aborts it earlier, a checkpoint completes, the commit fails, and the
 * records are lost without a restart. Each checkpoint that fails in between delays the commit by
 * one more round. A job that dies before the commit delays it by a restart.
 */
public final class CheckpointCheck {

    /** The duration of a restart for which a transaction should stay open. */
    static final Duration RESTART = Duration.ofMinutes(1);

    private CheckpointCheck() {}

    /**
     * Checks Flink's options against the settings.
     *
     * @param flink Flink's effective configuration
     * @return a warning if transactions may expire although no option is wrong by itself: while
     *     checkpoints fail, or during a restart; else empty
     * @throws IllegalArgumentException if checkpoints are disabled or not exactly-once, or if a
     *     checkpoint within its timeout could find its transactions aborted; the message names the
     *     options to change
     */
    public static Optional<String> check(ReadableConfig flink, KafkaSettings kafka) {
        Duration interval = interval(flink);
        Duration timeout = flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
        Duration minPause = flink.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS);
        Duration transactionTimeout = kafka.transactionTimeout();

        Duration round = max(interval, timeout.plus(minPause));
        Duration needed = round.plus(timeout);
        String state =
                String.format(
                        "%s: is %s. A checkpoint commits transactions that may be open for %s, with %s, %s and %s,",
                        KlineJobOptions.KAFKA_TRANSACTION_TIMEOUT.key(),
                        text(transactionTimeout),
                        text(needed),
                        text(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval),
                        text(CheckpointingOptions.CHECKPOINTING_TIMEOUT, timeout),
                        text(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, minPause));
        if (transactionTimeout.compareTo(needed) < 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s and what the broker aborts before is lost. Lower them, or raise %s"
                                    + " to at least %s and, if it is lower than that, the broker's"
                                    + " transaction.max.timeout.ms (15 min by default)",
                            state, KlineJobOptions.KAFKA_TRANSACTION_TIMEOUT.key(), text(needed)));
        }
        int tolerable = flink.getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER).orElse(0);
        Duration spare = transactionTimeout.minus(needed).minus(RESTART);
        if (spare.compareTo(round.multipliedBy(tolerable)) >= 0) {
            return Optional.empty();
        }
        String survived =
                spare.isNegative()
                        ? "which leaves less than " + text(RESTART) + " for a restart"
                        : "which leaves time for "
                                + spare.toMillis() / round.toMillis()
                                + " checkpoints that time out, and "
                                + CheckpointingOptions.TOLERABLE_FAILURE_NUMBER.key()
                                + " is "
                                + tolerable;
        return Optional.of(
                String.format(
                        "%s %s. Excluded trades, refused rows and notifications are lost if it"
                                + " takes longer",
                        state, survived));
    }

    /** Returns the interval, once it is known that the checkpoints are of any use. */
    private static Duration interval(ReadableConfig flink) {
        ConfigOption<Duration> option = CheckpointingOptions.CHECKPOINTING_INTERVAL;
        Duration interval =
                flink.getOptional(option)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                option.key()
                                                        + ": is not set, so there are no"
                                                        + " checkpoints: no excluded trade and no"
                                                        + " notification would ever be committed,"
                                                        + " and a restart would begin anew. Set it"
                                                        + " in Flink's configuration, for example"
                                                        + " to 10 s; see flink-conf/config.yaml"));
        CheckpointingMode mode = flink.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE);
        if (mode != CheckpointingMode.EXACTLY_ONCE) {
            throw new IllegalArgumentException(
                    CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE.key()
                            + ": is "
                            + mode
                            + ", with which trades would be counted twice after a failure. Set it"
                            + " to EXACTLY_ONCE");
        }
        return interval;
    }

    private static String text(ConfigOption<Duration> option, Duration value) {
        return option.key() + " " + text(value);
    }

    private static String text(Duration value) {
        return TimeUtils.formatWithHighestUnit(value);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
