package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
     * A partition that holds a clock back.
     *
     * @param reason why, such as {@code open_transaction}
     */
    public record Holder(String topic, int partition, String reason) {}

    /**
     * Returns the clocks as text, one chain or partition a line.
     *
     * @param now the time at which the metrics were read
     */
    public List<String> lines(Instant now) {
        List<String> lines = new ArrayList<>();
        String title = "clocks";
        for (ChainClock clock : clocks) {
            lines.add(line(title, clock.chainId(), clock.describe(now)));
            title = "";
        }
        title = "held by";
        for (Holder holder : heldBy) {
            lines.add(line(title, holder.topic() + '-' + holder.partition(), holder.reason()));
            title = "";
        }
        return lines;
    }

    private static String line(String title, String what, String text) {
        return String.format(Locale.ROOT, "%-9s %-16s %s", title, what, text);
    }
}
