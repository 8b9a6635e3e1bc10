package io.dexklines.bench;

import java.util.Arrays;

/** Latencies of messages, in microseconds. */
final class Latencies {

    private int[] micros = new int[1 << 16];
    private int count;

    void add(long latencyMicros) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
        }
        micros[count++] = (int) Math.min(Integer.MAX_VALUE, latencyMicros);
    }

    int count() {
        return count;
    }

    /** Returns a quantile from 0 to 1, in milliseconds. */
    double millis(double quantile) {
        int[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        int index = (int) Math.ceil(quantile * count) - 1;
        return sorted[Math.max(0, index)] / 1000.0;
    }
}
