package io.dexklines.job.source.lists.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The outcome of a poll.
 *
 * @param lists the lists that were compared
 * @param invalid the number of invalid rows, which were skipped
 * @param problems what is wrong with the first invalid rows
 * @param maxRemovals the limit that withheld removals
 * @param tookMs the duration of the poll, in milliseconds
 */
record PollReport(
        List<OfList> lists,
        long invalid,
        List<String> problems,
        RemovalLimit maxRemovals,
        long tookMs) {

    /**
     * The outcome for a list.
     *
     * @param name {@code wallets} or {@code follows}
     * @param rows the rows of its query
     * @param published the records of this source before the poll
     * @param removed the records that were removed
     * @param withheld the records that were to be removed, which were more than the limit
     * @param unchanged the records of this source that agreed with the database
     * @param foreign the rows whose keys others have published
     */
    record OfList(
            String name,
            long rows,
            long published,
            long added,
            long changed,
            long removed,
            long withheld,
            long unchanged,
            long foreign) {

        /** Returns whether something was published. */
        boolean hasChanges() {
            return added + changed + removed > 0;
        }

        private String text() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d rows, %d added, %d changed, %d removed, %d unchanged, %d withheld, %d"
                            + " of others",
                    name,
                    rows,
                    added,
                    changed,
                    removed,
                    unchanged,
                    withheld,
                    foreign);
        }
    }

    /**
     * Returns the outcome for a list.
     *
     * @param mayRemove whether the removals were published
     */
    static OfList of(String name, long rows, ListDifference difference, boolean mayRemove) {
        long removals = difference.removed().size();
        return new OfList(
                name,
                rows,
                difference.published(),
                difference.added().size(),
                difference.changed().size(),
                mayRemove ? removals : 0,
                mayRemove ? 0 : removals,
                difference.unchanged(),
                difference.foreign());
    }

    /** Returns whether every row is valid and nothing was withheld. */
    boolean isComplete() {
        return invalid == 0 && lists.stream().allMatch(list -> list.withheld() == 0);
    }

    /** Returns the outcome in one line. */
    String line() {
        return lists.stream().map(OfList::text).collect(Collectors.joining("; "))
                + String.format(Locale.ROOT, "; %d invalid rows; %d ms", invalid, tookMs);
    }

    /** Returns what a person has to look at, one matter a line. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(problems);
        if (invalid > problems.size()) {
            warnings.add((invalid - problems.size()) + " more invalid rows");
        }
        for (OfList list : lists) {
            if (list.withheld() > 0) {
                warnings.add(
                        "%s: withheld %d removals of %d: the answer is empty or they are more than %s; to make them, run once with --once --allow-removals"
                                .formatted(
                                        list.name(),
                                        list.withheld(),
                                        list.published(),
                                        maxRemovals.text()));
            }
        }
        return warnings;
    }
}
