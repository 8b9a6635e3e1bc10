package io.dexklines.verifier;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a trade was late, according to the detail of its exclusion.
 *
 * @param atMs the time of the clock or of the first kline, epoch milliseconds; 0 if the detail does
 *     not show the cause
 */
record Lateness(Cause cause, long atMs) {

    enum Cause {
        /** Its chain's clock had passed the time up to which its smallest kline could change. */
        CLOCK,
        /** It is older than the first kline of the job. */
        FIRST_KLINE,
        /** The detail does not show it. */
        UNKNOWN
    }

    private static final Pattern CLOCK =
            Pattern.compile("the (?:clock of chain \\S+|watermark) was at (-?\\d{1,18}) ms");
    private static final Pattern FIRST_KLINE =
            Pattern.compile("the job's klines begin at (\\d{1,18}) ms");

    /** Parses the detail of an exclusion; also that of versions with one watermark for all. */
    static Lateness of(String detail) {
        OptionalLong clockMs = time(CLOCK, detail);
        if (clockMs.isPresent()) {
            return new Lateness(Cause.CLOCK, clockMs.getAsLong());
        }
        OptionalLong firstMs = time(FIRST_KLINE, detail);
        return firstMs.isPresent()
                ? new Lateness(Cause.FIRST_KLINE, firstMs.getAsLong())
                : new Lateness(Cause.UNKNOWN, 0);
    }

    private static OptionalLong time(Pattern pattern, String detail) {
        Matcher matcher = pattern.matcher(detail);
        return matcher.matches()
                ? OptionalLong.of(Long.parseLong(matcher.group(1)))
                : OptionalLong.empty();
    }
}
