package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server in a separate process. It keeps its port and its data when it is restarted. */
abstract class EmbeddedServer implements AutoCloseable {

    /** Folder for data and logs, absolute. */
    final Path folder;

    final int port;

    private final String name;
    private final Duration startTimeout;
    private ServerProcess process;

    /**
     * @param name prefix of the log file and the pid file
     * @param port 0 for any free port
     */
    EmbeddedServer(String name, Path folder, int port, Duration startTimeout) {
        this.name = name;
        this.folder = folder.toAbsolutePath();
        this.port = Ports.orFree(port);
        this.startTimeout = startTimeout;
    }

    /** Prepares the folder and returns the command that runs the server. */
    abstract ServerProcess.Command command(String serverName) throws IOException;

    /** Returns whether the server answers in its own protocol. An exception means "not yet". */
    abstract boolean answers() throws Exception;

    /**
     * Starts the process and waits until the server answers.
     *
     * @throws StackException if it does not; the process is killed then
     */
    final void start() {
        try {
            process = command(name).start();
        } catch (IOException e) {
            throw new StackException(name + " cannot be started: " + e.getMessage(), e);
        }
        try {
            Readiness.await(name, List.of(process), startTimeout, this::answers);
        } catch (StackException e) {
            process.kill();
            throw e;
        }
    }

    /** Returns whether the process is running. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Kills the process with SIGKILL. */
    public void kill() {
        process.kill();
    }

    /**
     * Suspends the process with SIGSTOP. Its port still accepts connections, but nothing is
     * answered until {@link #resume}. A suspended server must be resumed before it is stopped.
     */
    public void suspend() {
        process.signal("STOP");
    }

    /** Resumes a suspended process with SIGCONT. Has no effect on a running or ended process. */
    public void resume() {
        if (process.isAlive()) {
            process.signal("CONT");
        }
    }

    /** Stops the process with SIGTERM, and with SIGKILL if it does not end. */
    public void stop() {
        process.stop();
    }

    /** Stops the server and starts it again with the same port, data and secrets. */
    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        stop();
    }
}
