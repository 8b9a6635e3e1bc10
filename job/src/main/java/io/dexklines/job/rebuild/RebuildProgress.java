package io.dexklines.job.rebuild;

import java.io.PrintStream;
import java.util.Locale;

/** The progress of a rebuild: a bar on a terminal, otherwise a line for every tenth. */
final class RebuildProgress implements AutoCloseable {

    private static final int BAR = 40;
    private static final int TENTHS = 10;
    private static final int PERCENT = 100;

    private final PrintStream out;
    private final boolean terminal;
    private int series;
    private int shown = -1;

    RebuildProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Starts the display. The argument is the number of pairs and intervals. */
    void begin(int ofSeries) {
        series = ofSeries;
        reached(0, 0);
    }

    /** Shows how many pairs and intervals are in Redis. */
    void reached(int done, long klines) {
        int steps = terminal ? PERCENT : TENTHS;
        int step = series == 0 ? steps : (int) ((long) done * steps / series);
        if (step == shown) {
            return;
        }
        shown = step;
        int filled = step * BAR / steps;
        out.printf(
                Locale.ROOT,
                terminal
                        ? "\rrebuilding Redis [%s%s] %d/%d pairs and intervals, %d klines "
                        : "rebuilding Redis [%s%s] %d/%d pairs and intervals, %d klines%n",
                "=".repeat(filled),
                " ".repeat(BAR - filled),
                done,
                series,
                klines);
        out.flush();
    }

    /** Ends the display with a line break. */
    @Override
    public void close() {
        if (terminal && shown >= 0) {
            out.println();
            shown = -1;
        }
    }
}
