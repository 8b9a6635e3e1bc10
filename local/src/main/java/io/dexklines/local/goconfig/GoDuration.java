package io.dexklines.local.goconfig;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, such as {@code 1m30s} or {@code 1.5h}. */
final class GoDuration {

    private static final Pattern PART =
            Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");

    private static final Map<String, BigDecimal> MS_BY_UNIT =
            Map.of(
                    "ns",
                    new BigDecimal("0.000001"),
                    "us",
                    new BigDecimal("0.001"),
                    "µs",
                    new BigDecimal("0.001"),
                    "ms",
                    BigDecimal.ONE,
                    "s",
                    BigDecimal.valueOf(1_000),
                    "m",
                    BigDecimal.valueOf(60_000),
                    "h",
                    BigDecimal.valueOf(3_600_000));

    private GoDuration() {}

    /**
     * Returns the milliseconds, rounded up so that a short duration does not become none.
     *
     * @return empty if the text is not a duration, or is longer than the largest {@code int}
     */
    static Optional<Integer> ms(String text) {
        if (text.equals("0")) {
            return Optional.of(0);
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(MS_BY_UNIT.get(part.group(2))));
            end = part.end();
        }
        boolean fits = sum.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
        return end == text.length() && end > 0 && fits
                ? Optional.of(sum.setScale(0, RoundingMode.CEILING).intValueExact())
                : Optional.empty();
    }
}
