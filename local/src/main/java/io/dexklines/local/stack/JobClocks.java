package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clocks of a job, as its metrics show them.
 *
 * @param clocks the clock of each chain
 * @param heldBy the partitions that hold a clock back
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record JobClocks(List<ChainClock> clocks, List<Holder> heldBy) {

    /** No clocks: the job does not report any. */
    public static final JobClocks NONE = new JobClocks(List.of(), List.of());

    /** The lag of a clock that has not started. */
    private static final long NOT_STARTED = -1;

    /**
     * The clock of a chain.
     *
     * @param lagMs how far it is behind the wall clock, in milliseconds; -1 if it has not started
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record ChainClock(String chainId, long lagMs) {

        private String describe(Instant now) {
            return lagMs == NOT_STARTED
                    ? "not started"
                    : String.format(
                            Locale.ROOT,
                            "%s, %.1f s behind",
                            now.minusMillis(lagMs).truncatedTo(ChronoUnit.SECONDS),
                            lagMs / 1000.0);
        }
    }

    /**
     * A partition that holds the clock of a chain back.
     *
     * @param reason why, such as {@code open_transaction}
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Holder(String chainId, String topic, int partition, String reason) {}

    /**
     * Returns the times of the clocks that have started, by chain id.
     *
     * @param now the time at which the metrics were read
     */
    public Map<String, Instant> times(Instant now) {
        Map<String, Instant> times = new TreeMap<>();
        for (ChainClock clock : clocks) {
            if (clock.lagMs() != NOT_STARTED) {
                times.put(clock.chainId(), now.minusMillis(clock.lagMs()));
            }
        }
        return times;
    }

    /**
     * Returns the clocks as text, one chain a line, each with what holds it back.
     *
     * @param now the time at which the metrics were read
     */
    public List<String> lines(Instant now) {
        List<String> lines = new ArrayList<>();
        String title = "clocks";
        for (ChainClock clock : clocks) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%-9s %-8s %s%s",
                            title,
                            clock.chainId(),
                            clock.describe(now),
                            heldBy(clock.chainId())));
            title = "";
        }
        return lines;
    }

    private String heldBy(String chainId) {
        StringBuilder holders = new StringBuilder();
        for (Holder holder : heldBy) {
            if (holder.chainId().equals(chainId)) {
                holders.append(holders.isEmpty() ? ", held by " : " and ")
                        .append(holder.topic())
                        .append('-')
                        .append(holder.partition())
                        .append(": ")
                        .append(holder.reason());
            }
        }
        return holders.toString();
    }
}
