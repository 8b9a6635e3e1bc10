package io.dexklines.verifier;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of a verification, one phase after the other. */
public interface VerifyProgress extends AutoCloseable {

    /**
     * Ends the current phase and begins another one.
     *
     * @param total the number of steps of the phase
     */
    void begin(String phase, long total);

    /**
     * Shows the progress of the current phase.
     *
     * @param done the number of completed steps
     */
    default void advanced(long done) {}

    /** Ends the display, so that the next output begins on a line of its own. */
    @Override
    default void close() {}

    /** Returns a progress that shows nothing. */
    static VerifyProgress silent() {
        return (phase, total) -> {};
    }

    /** Returns a progress that prints a line for each phase, for logs and pipes. */
    static VerifyProgress inLines(PrintStream out) {
        return (phase, total) -> out.printf(Locale.ROOT, "%s: %d%n", phase, total);
    }

    /** Returns a progress that draws a moving bar on a terminal. */
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
