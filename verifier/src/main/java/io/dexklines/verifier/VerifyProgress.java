package io.dexklines.verifier;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a verification has come: one phase after the other. */
public interface VerifyProgress extends AutoCloseable {

    /**
     * A phase begins; the one before has ended.
     *
     * @param total how many steps it has
     */
    void begin(String phase, long total);

    /**
     * The phase has come so far.
     *
     * @param done of the phase's steps
     */
    void advanced(long done);

    /** Ends the display; what follows on the terminal begins a line of its own. */
    @Override
    void close();

    /** Shows nothing. */
    static VerifyProgress silent() {
        return new VerifyProgress() {
            @Override
            public void begin(String phase, long total) {}

            @Override
            public void advanced(long done) {}

            @Override
            public void close() {}
        };
    }

    /** A line for each phase: for logs and pipes. */
    static VerifyProgress inLines(PrintStream out) {
        return new VerifyProgress() {
            @Override
            public void begin(String phase, long total) {
                out.printf(Locale.ROOT, "%s: %d%n", phase, total);
            }

            @Override
            public void advanced(long done) {}

            @Override
            public void close() {}
        };
    }

    /** A bar that moves, for a terminal. */
    static VerifyProgress asBar(PrintStream terminal) {
        return new VerifyProgress() {
            private ProgressBar bar;

            @Override
            public void begin(String phase, long total) {
                close();
                bar =
                        new ProgressBarBuilder()
                                .setTaskName(phase)
                                .setInitialMax(total)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(200)
                                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                                .build();
            }

            @Override
            public void advanced(long done) {
                bar.stepTo(Math.min(done, bar.getMax()));
            }

            @Override
            public void close() {
                if (bar != null) {
                    bar.close();
                    bar = null;
                }
            }
        };
    }
}
