package io.dexklines.local.stack;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What waits in the state of the job until a store accepts it, as the metrics of the job show it.
 *
 * @param waiting one for each store
 */
public record StoreBacklogs(List<Backlog> waiting) {

    /** No stores: the job does not report any. */
    public static final StoreBacklogs NONE = new StoreBacklogs(List.of());

    /**
     * The rows that wait for a store.
     *
     * @param store {@code mysql} or {@code redis}
     * @param oldestSeconds for how long the oldest of them has waited; 0 if none waits
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Backlog(String store, long rows, long oldestSeconds) {}

    /** Returns the backlogs as text, one store a line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String title = "waiting";
        for (Backlog backlog : waiting) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%-9s %-8s %d rows, the oldest for %d s",
                            title,
                            backlog.store(),
                            backlog.rows(),
                            backlog.oldestSeconds()));
            title = "";
        }
        return lines;
    }
}
