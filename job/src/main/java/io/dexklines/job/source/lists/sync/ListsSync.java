package io.dexklines.job.source.lists.sync;

import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A command that keeps the topics of wallets and follows equal to the answers of a database, once
 * or until SIGTERM. It keeps no state of its own: whose a record is stands in a header of the
 * record.
 */
public final class ListsSync {

    private static final int DONE = 0;
    private static final int INCOMPLETE = 1;
    private static final int INVALID_ARGUMENTS = 2;
    private static final int MACHINE = 3;
    private static final int FAILED = 4;

    /** How long SIGTERM waits for a poll that is under way. */
    private static final Duration LAST_POLL = Duration.ofSeconds(10);

    private ListsSync() {}

    /**
     * With {@code --once}, exits with 0 if the lists agree with the database, with 1 if rows were
     * invalid or removals were withheld, with 2 on invalid arguments, with 3 if a file cannot be
     * read or written, and with 4 if a server failed three times. Without it, polls until SIGTERM.
     *
     * @param args the options of {@link SyncSettings}
     */
    public static void main(String[] args) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    stop.countDown();
                                    awaitEnd(ended);
                                },
                                "stop-polling"));
        int status = MACHINE;
        try {
            status =
                    run(
                            args,
                            PrintableText.stream(System.out),
                            PrintableText.stream(System.err),
                            Clock.systemUTC(),
                            stop);
        } finally {
            ended.countDown();
        }
        System.exit(status);
    }

    private static void awaitEnd(CountDownLatch ended) {
        try {
            if (!ended.await(LAST_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("klines: the last poll did not end within " + LAST_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs the command.
     *
     * @param stop ends the command when it is counted down, after the poll that is under way
     * @return the exit status
     */
    static int run(
            String[] args, PrintStream out, PrintStream err, Clock clock, CountDownLatch stop) {
        SyncSettings settings;
        try {
            settings = SyncSettings.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("klines: " + e.getMessage());
            return INVALID_ARGUMENTS;
        } catch (UncheckedIOException e) {
            err.println("klines: cannot read " + e.getCause().getMessage());
            return MACHINE;
        }
        try (ListPoll poll = new ListPoll(settings, clock)) {
            SyncLoop loop =
                    new SyncLoop(
                            poll,
                            delay -> stop.await(delay.toMillis(), TimeUnit.MILLISECONDS),
                            settings.interval(),
                            line ->
                                    out.println(
                                            clock.instant().truncatedTo(ChronoUnit.MILLIS)
                                                    + " "
                                                    + line),
                            succeeded -> mark(settings.successFile(), succeeded));
            if (settings.once()) {
                PollReport report = loop.once();
                return report == null ? FAILED : report.isComplete() ? DONE : INCOMPLETE;
            }
            loop.run();
            return DONE;
        } catch (UncheckedIOException e) {
            err.println("klines: cannot write " + e.getCause().getMessage());
            return MACHINE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException e) {
            err.println("klines: unexpected error");
            e.printStackTrace(err);
            return MACHINE;
        }
    }

    /** Creates the file after a poll that succeeded, and deletes it after one that failed. */
    private static void mark(Path file, boolean succeeded) {
        if (file == null) {
            return;
        }
        try {
            if (succeeded) {
                Files.writeString(file, "");
            } else {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
