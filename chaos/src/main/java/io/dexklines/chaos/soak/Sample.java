package io.dexklines.chaos.soak;

import java.util.Locale;

/**
 * A measure of a process, or of the job as a whole, at one time.
 *
 * @param seconds since the start of the run
 * @param subject the name of the process, or {@link #JOB}
 * @param measure what is measured
 * @param value in the unit of the measure
 */
record Sample(long seconds, String subject, Measure measure, double value) {

    /** The subject of measures of the job as a whole. */
    static final String JOB = "job";

    /** What can be measured. */
    enum Measure {
        RSS_MB("resident memory", "MB"),
        HEAP_MB("used heap after a collection", "MB"),
        THREADS("threads", ""),
        FILE_HANDLES("file handles", ""),
        FILES("different files that are open and exist", ""),
        STATE_MB("checkpoint folder", "MB"),
        LAG_RECORDS("records that no checkpoint covers", ""),
        RECORDS("records sent", ""),
        TRADES("trades sent", "");

        private final String title;
        private final String unit;

        Measure(String title, String unit) {
            this.title = title;
            this.unit = unit;
        }

        /** Returns the name of the file of its plot. */
        String fileName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".svg";
        }

        String title() {
            return unit.isEmpty() ? title : title + ", " + unit;
        }
    }

    /** Returns the sample as a line of a file: seconds, subject, measure, value. */
    String line() {
        return seconds + "," + subject + "," + measure + "," + value;
    }

    /**
     * Reads a line that {@link #line} wrote.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Sample parse(String line) {
        String[] parts = line.split(",");
        if (parts.length != 4) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        return new Sample(
                Long.parseLong(parts[0]),
                parts[1],
                Measure.valueOf(parts[2]),
                Double.parseDouble(parts[3]));
    }
}
