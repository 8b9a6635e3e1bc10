package io.dexklines.local.takeover;

import io.dexklines.local.takeover.TakeoverPlan.Begin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** What {@code klines takeover} prints: a properties file of the job with comments. */
final class TakeoverReport {

    private static final String PARTITION = "# %-28s %14s %10s %16s";
    private static final String INTERVAL = "# %-9s %-21s %s";

    private TakeoverReport() {}

    /**
     * Returns the lines.
     *
     * @param switchMs the time of the switch, epoch milliseconds
     * @param oldestUnreadMs the time of the oldest trade that the group has not read; {@link
     *     Long#MAX_VALUE} if there is none or if it does not matter
     * @param from the offsets from which the job reads
     * @param heldFromMs the time from which the topics hold every trade; 0 if they hold all
     */
    static List<String> lines(
            String group,
            long switchMs,
            long oldestUnreadMs,
            List<PartitionState> states,
            Map<TopicPartition, Long> from,
            long heldFromMs,
            TakeoverPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("# The start of a job that takes over from the consumer group " + group);
        lines.add("# The switch: " + time(switchMs));
        if (oldestUnreadMs < switchMs) {
            lines.add(
                    "# The group has not read everything. Its oldest trade that is left: "
                            + time(oldestUnreadMs));
        }
        lines.add("#");
        lines.add(PARTITION.formatted("partition", "group's next", "unread", "the job reads"));
        for (PartitionState each : states) {
            lines.add(
                    PARTITION.formatted(
                            each.partition(),
                            each.committed().isPresent()
                                    ? Long.toString(each.committed().getAsLong())
                                    : "none",
                            each.unread(),
                            "from " + from.get(each.partition())));
            if (each.removedUnread() > 0) {
                lines.add(
                        "#   retention has removed %d of the unread records: they are in no kline"
                                .formatted(each.removedUnread()));
            }
        }
        lines.add("#");
        lines.add(INTERVAL.formatted("interval", "under way since", "the job's first kline"));
        for (Begin each : plan.begins()) {
            lines.add(
                    INTERVAL.formatted(
                            each.interval().code(),
                            time(each.underWayMs()),
                            time(each.firstWholeMs())
                                    + (each.hasKlineUnderWay()
                                            ? ""
                                            : ", its first whole one: the topics hold all trades"
                                                    + " only from "
                                                    + time(heldFromMs))));
        }
        lines.add("#");
        lines.add(
                "# Each interval begins with the kline above; earlier trades are excluded as"
                        + " late.");
        lines.add("kafka.start-offset=" + plan.startOffset());
        return lines;
    }

    private static String time(long timeMs) {
        return Instant.ofEpochMilli(timeMs).toString();
    }
}
