package io.dexklines.local.pace;

/** A clock that can also wait for a point in time. */
public interface Pace {

    /** Returns the current time, in epoch milliseconds. */
    long nowMs();

    /**
     * Waits until {@link #nowMs()} is at least {@code timeMs}. Returns immediately if it already
     * is.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void awaitMs(long timeMs) throws InterruptedException;

    /** Returns a pace that follows the system clock. */
    static Pace ofSystemClock() {
        return new Pace() {
            @Override
            public long nowMs() {
                return System.currentTimeMillis();
            }

            @Override
            public void awaitMs(long timeMs) throws InterruptedException {
                for (long left = timeMs - nowMs(); left > 0; left = timeMs - nowMs()) {
                    Thread.sleep(left);
                }
            }
        };
    }
}
