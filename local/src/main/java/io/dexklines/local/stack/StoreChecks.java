package io.dexklines.local.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the job found when it compared samples of closed klines with the stores, since its last
 * start, as its metrics show it.
 *
 * @param checks one for each kind of store
 */
public record StoreChecks(List<StoreCheck> checks) {

    /** No checks: the job does not report any. */
    public static final StoreChecks NONE = new StoreChecks(List.of());

    /**
     * The number of samples.
     *
     * @param store {@code mysql}, {@code redis} or {@code relay}
     * @param checked samples that were compared
     * @param wrong those that the store holds in an older version or with other values
     * @param missing those that the store does not hold
     * @param ahead those that the store holds with more trades
     * @param unchecked samples that could not be compared
     */
    public record StoreCheck(
            String store, long checked, long wrong, long missing, long ahead, long unchecked) {

        private String describe() {
            return String.format(
                    Locale.ROOT,
                    "%d klines checked, %d wrong, %d missing%s%s",
                    checked,
                    wrong,
                    missing,
                    ahead == 0 ? "" : ", " + ahead + " ahead",
                    unchecked == 0 ? "" : ", " + unchecked + " unchecked");
        }
    }

    /** Returns the checks as text, one store a line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        String title = "checks";
        for (StoreCheck check : checks) {
            lines.add(
                    String.format(
                            Locale.ROOT, "%-9s %-8s %s", title, check.store(), check.describe()));
            title = "";
        }
        return lines;
    }
}
