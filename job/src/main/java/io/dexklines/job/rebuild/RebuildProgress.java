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
    private final String title;
    private final String parts;
    private final String rows;
    private int shown = -1;

    /**
     * @param parts what is counted, such as pairs
     * @param rows what they consist of
     */
    RebuildProgress(PrintStream out, boolean terminal, String title, String parts, String rows) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
        this.parts = parts;
        this.rows = rows;
    }

    /** Returns the progress of a command, on standard error. */
    static RebuildProgress ofTerminal(String title, String parts, String rows) {
        return new RebuildProgress(System.err, System.console() != null, title, parts, rows);
    }

    /** Shows how many parts of all are done, and of how many rows. */
    void reached(long done, long all, long ofRows) {
        int steps = terminal ? PERCENT : TENTHS;
        int step = all == 0 ? steps : (int) (done * steps / all);
        if (step == shown) {
            return;
        }
        shown = step;
        int filled = step * BAR / steps;
        out.printf(
                Locale.ROOT,
                terminal ? "\r%s [%s%s] %d/%d %s, %d %s " : "%s [%s%s] %d/%d %s, %d %s%n",
                title,
                "=".repeat(filled),
                " ".repeat(BAR - filled),
                done,
                all,
                parts,
                ofRows,
                rows);
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
