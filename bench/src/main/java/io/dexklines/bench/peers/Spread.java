package io.dexklines.bench.peers;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** The median of several measurements, and the smallest and the largest of them. */
record Spread(double median, double min, double max) {

    /**
     * Returns the spread of a number.
     *
     * @throws IllegalArgumentException if there is no measurement
     */
    static <T> Spread of(Collection<T> measurements, ToDoubleFunction<T> number) {
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("no measurements");
        }
        double[] sorted = measurements.stream().mapToDouble(number).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
