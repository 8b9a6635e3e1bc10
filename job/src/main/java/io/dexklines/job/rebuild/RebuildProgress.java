package io.dexklines.job.rebuild;

import java.io.PrintStream;
import java.util.Locale;

/** How far a rebuild has come: a bar on a terminal, elsewhere a line for every tenth of it. */
final class RebuildProgress implements AutoCloseable {

    private static final int BAR = 40;
    private static final int TENTHS = 10;
    private static final int PERCENT = 100;

    private final PrintStream out;
    private final boolean terminal;
    private int series;
    private int shown = -1;

    private RebuildProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static RebuildProgress on(PrintStream out, boolean terminal) {
        return new RebuildProgress(out, terminal);
    }

    /** Of how many pairs and intervals the klines are sent. */
    void begin(int ofSeries) {
        series = ofSeries;
        reached(0, 0);
    }

    /** The klines of so many pairs and intervals are in Redis. */
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

    /** Ends the display; what follows on the terminal begins a line of its own. */
    @Override
    public void close() {
        if (terminal && shown >= 0) {
            out.println();
            shown = -1;
        }
    }
}
