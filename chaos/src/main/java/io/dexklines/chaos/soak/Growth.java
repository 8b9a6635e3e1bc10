package io.dexklines.chaos.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a measure of one subject changed over a run, without its beginning, in which everything is
 * loaded for the first time.
 *
 * @param early the median of the second quarter of the run
 * @param late the median of the last quarter
 */
record Growth(String subject, Sample.Measure measure, double early, double late) {

    private static final int QUARTERS = 4;

    /** What a pool of connections or threads may differ by between two times of a steady run. */
    private static final double TOLERATED_HANDLES = 16;

    private static final double TOLERATED_SHARE = 0.1;

    /** Returns the growth of every measure of every subject, in their order. */
    static List<Growth> of(List<Sample> samples) {
        long end = samples.stream().mapToLong(Sample::seconds).max().orElse(0);
        Map<String, List<Sample>> series = new TreeMap<>();
        for (Sample sample : samples) {
            series.computeIfAbsent(
                            sample.measure().ordinal() + " " + sample.subject(),
                            key -> new ArrayList<>())
                    .add(sample);
        }
        List<Growth> growths = new ArrayList<>();
        for (List<Sample> one : series.values()) {
            List<Double> early = new ArrayList<>();
            List<Double> late = new ArrayList<>();
            for (Sample sample : one) {
                long quarter =
                        Math.min(QUARTERS - 1, QUARTERS * sample.seconds() / Math.max(end, 1));
                if (quarter == 1) {
                    early.add(sample.value());
                } else if (quarter == QUARTERS - 1) {
                    late.add(sample.value());
                }
            }
            if (!early.isEmpty() && !late.isEmpty()) {
                growths.add(
                        new Growth(
                                one.get(0).subject(),
                                one.get(0).measure(),
                                median(early),
                                median(late)));
            }
        }
        return growths;
    }

    /**
     * Returns whether no input explains the growth. File handles and threads follow the number of
     * connections, which is constant in a steady run. Memory and state follow the input, and are
     * judged by a reader of the plots.
     */
    boolean isLeak() {
        return (measure == Sample.Measure.FILE_HANDLES || measure == Sample.Measure.THREADS)
                && late - early > Math.max(TOLERATED_HANDLES, early * TOLERATED_SHARE);
    }

    /** Returns a row of a table in Markdown. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %+.0f |%s",
                subject,
                measure.title(),
                early,
                late,
                late - early,
                isLeak() ? " **leak**" : "");
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }
}
