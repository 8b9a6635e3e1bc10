package io.dexklines.local.pace;

/** A pace whose time stands still until someone waits, and then jumps. It never blocks. */
public final class JumpingPace implements Pace {

    private long nowMs;

    /**
     * @param startMs the initial time, in epoch milliseconds
     */
    public JumpingPace(long startMs) {
        this.nowMs = startMs;
    }

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
}
