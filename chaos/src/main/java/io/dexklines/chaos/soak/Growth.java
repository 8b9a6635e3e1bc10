package io.dexklines.chaos.soak;

import io.dexklines.chaos.soak.Sample.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How a measure of one subject changed over a run, without its beginning, in which everything is
 * loaded for the first time.
 *
 * @param early the median of the second quarter of the run
 * @param late the median of the last quarter
 * @param explained by how much it may have grown, in the unit of the measure; empty for a measure
 *     that explains others
 */
record Growth(
        String subject, Measure measure, double early, double late, OptionalDouble explained) {

    private static final int QUARTERS = 4;

    /** What pools of connections and threads differ by between two times of a steady run. */
    private static final double TOLERATED_HANDLES = 16;

    /** What is in memory for a moment, such as batches, when a collection has ended. */
    private static final double TOLERATED_HEAP_MB = 24;

    /** Caches of RocksDB and of MySQL that are not yet full, and fragments of native memory. */
    private static final double TOLERATED_RESIDENT_MB = 128;

    /** Files that are not merged yet. */
    private static final double TOLERATED_STATE_MB = 16;

    private static final double TOLERATED_SHARE = 0.1;

    /** What a trade leaves in the state for a day: the identities of trades of smart money. */
    private static final double STATE_BYTES_A_TRADE = 64;

    /** Two checkpoints. */
    private static final double TOLERATED_LAG_SECONDS = 10;

    private static final double BYTES_A_MB = 1024 * 1024;

    /** One line of a plot. */
    private record Series(String subject, Measure measure) {}

    /** The medians of a series. */
    private record Medians(double early, double late) {
        double growth() {
            return late - early;
        }
    }

    /** Returns the growth of every measure of every subject, in their order. */
    static List<Growth> of(List<Sample> samples) {
        long end = samples.stream().mapToLong(Sample::seconds).max().orElse(0);
        Map<Series, List<Sample>> bySeries = new LinkedHashMap<>();
        samples.stream()
                .sorted(Comparator.comparing(Sample::measure).thenComparing(Sample::subject))
                .forEach(
                        sample ->
                                bySeries.computeIfAbsent(
                                                new Series(sample.subject(), sample.measure()),
                                                series -> new ArrayList<>())
                                        .add(sample));
        Map<Series, Medians> medians = new LinkedHashMap<>();
        bySeries.forEach(
                (series, own) -> {
                    List<Double> early = quarter(own, 1, end);
                    List<Double> late = quarter(own, QUARTERS - 1, end);
                    if (!early.isEmpty() && !late.isEmpty()) {
                        medians.put(series, new Medians(median(early), median(late)));
                    }
                });
        return medians.entrySet().stream()
                .map(
                        one ->
                                new Growth(
                                        one.getKey().subject(),
                                        one.getKey().measure(),
                                        one.getValue().early(),
                                        one.getValue().late(),
                                        explained(one.getKey(), medians, end)))
                .toList();
    }

    /**
     * Returns by how much a measure may grow. The number of connections is constant, and so is what
     * the heaps hold: the state of the job is in RocksDB, and the other processes keep what they
     * know of a pair, not of a trade.
     */
    private static OptionalDouble explained(
            Series series, Map<Series, Medians> medians, double seconds) {
        double share = TOLERATED_SHARE * medians.get(series).early();
        return switch (series.measure()) {
            case THREADS -> OptionalDouble.of(Math.max(TOLERATED_HANDLES, share));
            // logs and tables get more files; a handle of a deleted file is none of them
            case FILE_HANDLES ->
                    OptionalDouble.of(
                            Math.max(TOLERATED_HANDLES, share)
                                    + Math.max(
                                            0, growth(series.subject(), Measure.FILES, medians)));
            case HEAP_MB -> OptionalDouble.of(Math.max(TOLERATED_HEAP_MB, share));
            case RSS_MB -> OptionalDouble.of(Math.max(TOLERATED_RESIDENT_MB, share));
            case STATE_MB ->
                    OptionalDouble.of(
                            Math.max(TOLERATED_STATE_MB, share)
                                    + growth(Sample.JOB, Measure.TRADES, medians)
                                            * STATE_BYTES_A_TRADE
                                            / BYTES_A_MB);
            case LAG_RECORDS ->
                    OptionalDouble.of(
                            growth(Sample.JOB, Measure.RECORDS, medians)
                                    * TOLERATED_LAG_SECONDS
                                    / secondsBetweenMedians(seconds));
            case FILES, RECORDS, TRADES -> OptionalDouble.empty();
        };
    }

    private static double growth(String subject, Measure measure, Map<Series, Medians> medians) {
        Medians own = medians.get(new Series(subject, measure));
        return own == null ? 0 : own.growth();
    }

    /** From the middle of the second quarter to that of the last one. */
    private static double secondsBetweenMedians(double seconds) {
        return seconds / 2;
    }

    private static List<Double> quarter(List<Sample> samples, int which, long end) {
        return samples.stream()
                .filter(
                        sample ->
                                Math.min(
                                                QUARTERS - 1,
                                                QUARTERS * sample.seconds() / Math.max(end, 1))
                                        == which)
                .map(Sample::value)
                .toList();
    }

    /** Returns whether it grew by more than the input explains. */
    boolean isLeak() {
        return explained.isPresent() && late - early > explained.getAsDouble();
    }

    /** Returns a row of a table in Markdown. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %+.0f | %s | %s |",
                subject,
                measure.title(),
                early,
                late,
                late - early,
                explained.isPresent()
                        ? String.format(Locale.ROOT, "%+.0f", explained.getAsDouble())
                        : "",
                isLeak() ? "**leak**" : "");
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
