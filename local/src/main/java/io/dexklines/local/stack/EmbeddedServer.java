package io.dexklines.local.stack;

/**
 * A server that is a process of its own, and how it lives: started once it is made, hurt and healed
 * by tests, gone when it is closed. What it keeps, its port and its data, survives a restart.
 */
abstract class EmbeddedServer implements AutoCloseable {

    private ServerProcess process;

    /** Starts the process, waits until it answers, and hands it to {@link #runs} in between. */
    abstract void start();

    /** Remembers the process that was started. */
    final ServerProcess runs(ServerProcess started) {
        process = started;
        return started;
    }

    /** Whether its process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Stops it as {@code kill -9} would. */
    public void kill() {
        process.kill();
    }

    /** Stops it in good order. */
    public void stop() {
        process.stop();
    }

    /** Stops it, if it runs, and starts it again: same port, same data, same secrets. */
    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }
}
