package io.dexklines.job.source.lists.sync;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The most records that a poll may remove from a list. More than that looks like a mistake in the
 * database or in the query.
 *
 * @param number a number that is always permitted, at least 0
 * @param percent a share of the published records that is permitted too, 0 to 100
 */
record RemovalLimit(long number, double percent) {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}([.][0-9]{1,9})?%");
    private static final double WHOLE = 100;

    /**
     * Parses {@code N}, {@code P%} or {@code N,P%}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    static RemovalLimit parse(String text) {
        long number = 0;
        double percent = 0;
        boolean hasNumber = false;
        boolean hasPercent = false;
        for (String part : text.split(",", -1)) {
            String limit = part.strip();
            if (NUMBER.matcher(limit).matches() && !hasNumber) {
                number = Long.parseLong(limit);
                hasNumber = true;
            } else if (PERCENT.matcher(limit).matches() && !hasPercent) {
                percent = Double.parseDouble(limit.substring(0, limit.length() - 1));
                hasPercent = true;
            } else {
                throw malformed(text);
            }
        }
        if (percent > WHOLE) {
            throw malformed(text);
        }
        return new RemovalLimit(number, percent);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "is a number, a percentage or both, such as 10,10%, not '" + text + "'");
    }

    /**
     * Returns whether the records may be removed. An answer without a valid row never removes any.
     *
     * @param published the records of this source, with those to remove
     * @param validRows the valid rows of the answer
     */
    boolean permits(long removals, long published, long validRows) {
        if (removals == 0) {
            return true;
        }
        return validRows > 0 && (removals <= number || removals <= published * percent / WHOLE);
    }

    /** Returns the limit for people, such as {@code 10 and 10 %}. */
    String text() {
        String share =
                percent == Math.rint(percent)
                        ? String.valueOf((long) percent)
                        : String.valueOf(percent);
        return String.format(Locale.ROOT, "%d and %s %%", number, share);
    }
}
