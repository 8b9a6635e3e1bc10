package io.dexklines.local.replay;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A display of the progress of a replay. */
public interface ReplayProgress extends AutoCloseable {

    /**
     * Called after each record.
     *
     * @param records number of records sent so far
     * @param source the source, which knows how far it has been read
     */
    void advanced(long records, ReplaySource source);

    /** Ends the display and the current line of the terminal. */
    @Override
    default void close() {}

    /** Returns a progress that shows nothing. */
    static ReplayProgress silent() {
        return (records, source) -> {};
    }

    /** Prints a line for each tenth of the file. Meant for logs and pipes. */
    static ReplayProgress inLines(PrintStream out) {
        return new ReplayProgress() {
            private long tenths;

            @Override
            public void advanced(long records, ReplaySource source) {
                long now =
                        source.fileBytes() == 0
                                ? 0
                                : 10 * source.fileBytesRead() / source.fileBytes();
                // at 100 % the file is read but not yet sent: the command reports the end
                if (now > tenths && now < 10) {
                    tenths = now;
                    out.printf(Locale.ROOT, "%d %%: %d records%n", 10 * now, records);
                }
            }
        };
    }

    /** Shows a progress bar on a terminal. */
    static ReplayProgress asBar(ReplaySource source, PrintStream terminal) {
        ProgressBar bar =
                new ProgressBarBuilder()
                        .setTaskName("replay")
                        .setInitialMax(source.fileBytes())
                        .setUnit(" KiB", 1024)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .setConsumer(new ConsoleProgressBarConsumer(terminal))
                        .build();
        return new ReplayProgress() {
            @Override
            public void advanced(long records, ReplaySource read) {
                bar.stepTo(read.fileBytesRead());
                if ((records & 63) == 0) {
                    bar.setExtraMessage(" " + records + " records");
                }
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }
}
