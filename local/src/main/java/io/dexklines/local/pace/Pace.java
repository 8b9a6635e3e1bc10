package io.dexklines.local.pace;

import java.time.Clock;

/** The time by which something is published: what it is now, and how to wait until it is later. */
public interface Pace {

    /** Now, in epoch milliseconds. */
    long nowMs();

    /**
     * Returns as soon as {@link #nowMs()} is at least {@code timeMs}: at once, if it is already.
     *
     * @throws InterruptedException if the thread was told to stop waiting
     */
    void awaitMs(long timeMs) throws InterruptedException;

    /** The time of the machine. */
    static Pace ofTheMachine() {
        Clock clock = Clock.systemUTC();
        return new Pace() {
            @Override
            public long nowMs() {
                return clock.millis();
            }

            @Override
            public void awaitMs(long timeMs) throws InterruptedException {
                for (long left = timeMs - nowMs(); left > 0; left = timeMs - nowMs()) {
                    Thread.sleep(left);
                }
            }
        };
    }

    /**
     * A time that stands still until somebody waits, and then jumps: nothing is ever waited for.
     *
     * @param startMs where it stands first, in epoch milliseconds
     */
    static Pace jumping(long startMs) {
        return new Pace() {
            private long nowMs = startMs;

            @Override
            public long nowMs() {
                return nowMs;
            }

            @Override
            public void awaitMs(long timeMs) throws InterruptedException {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                nowMs = Math.max(nowMs, timeMs);
            }
        };
    }
}
