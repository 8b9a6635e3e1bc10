package io.dexklines.peer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints how many trades this process has counted, several times a second, for the process that
 * measures it. The counter is written by one thread.
 */
public final class Progress {

    /** The first word of a line; the number of trades follows. */
    public static final String PREFIX = "counted ";

    private static final long PERIOD_MS = 100;
    private static final AtomicLong COUNTED = new AtomicLong();

    private Progress() {}

    /** Adds trades of which all klines are up to date. */
    public static void count(long trades) {
        COUNTED.lazySet(COUNTED.get() + trades);
    }

    /** Returns the number of trades until now. */
    public static long counted() {
        return COUNTED.get();
    }

    /** Starts to print. The last number is printed when the process ends. */
    public static void start() {
        Thread printer =
                new Thread(
                        () -> {
                            try {
                                for (long before = -1; ; Thread.sleep(PERIOD_MS)) {
                                    long now = COUNTED.get();
                                    if (now != before) {
                                        print();
                                        before = now;
                                    }
                                }
                            } catch (InterruptedException end) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "progress");
        printer.setDaemon(true);
        printer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(Progress::print, "progress"));
    }

    /** Prints the number of now, so that of two threads none prints an older one later. */
    private static synchronized void print() {
        System.out.println(PREFIX + COUNTED.get());
    }
}
