package io.dexklines.bench.peers;

/** An engine that reads the backlog from its beginning. */
interface EngineRun extends AutoCloseable {

    /** Returns the id of the process that does the work. */
    long pid();

    /** Returns the number of trades of which all klines are computed, as far as it is known. */
    double trades() throws Exception;

    /**
     * Returns whether the engine has read everything and ended.
     *
     * @throws IllegalStateException if it failed or ended before it had read everything; the
     *     message has the cause
     */
    boolean hasEnded() throws Exception;

    /** Stops the engine and waits until it has ended. */
    @Override
    void close();
}
