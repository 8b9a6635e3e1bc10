package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Locale;

/**
 * What a job reads, as its metrics show it.
 *
 * @param recordsPerSecond records of the trade topics, in the last minute
 * @param pendingRecords records of these topics that are not read yet
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record JobTraffic(long recordsPerSecond, long pendingRecords) {

    /** No traffic: the job does not report any. */
    public static final JobTraffic NONE = new JobTraffic(0, 0);

    /** Returns the traffic as one line of text. */
    public List<String> lines() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%-9s %d records/s, %d not read yet",
                        "input",
                        recordsPerSecond,
                        pendingRecords));
    }
}
