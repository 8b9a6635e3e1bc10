package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server in a separate process. It keeps its port and its data when it is restarted. */
public abstract class EmbeddedServer implements AutoCloseable {

    /** Folder for data and logs, absolute. */
    final Path folder;

    final int port;

    private final String name;
    private final Duration startTimeout;
    private volatile ServerProcess process;

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
        startAll(List.of(this));
    }

    /**
     * Starts servers at the same time, and waits until all of them answer. Servers of one cluster
     * do not answer without each other.
     *
     * @throws StackException if one of them does not answer; all of them are killed then
     */
    public static void startAll(List<? extends EmbeddedServer> servers) {
        try {
            servers.forEach(EmbeddedServer::launch);
            servers.forEach(EmbeddedServer::awaitAnswer);
        } catch (StackException e) {
            servers.stream().filter(EmbeddedServer::isAlive).forEach(EmbeddedServer::kill);
            throw e;
        }
    }

    /** Starts the process, and does not wait. */
    final void launch() {
        try {
            process = command(name).start();
        } catch (IOException e) {
            throw new StackException(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    private void awaitAnswer() {
        Readiness.await(name, List.of(process), startTimeout, this::answers);
    }

    /** Returns the process, or null before the first start. */
    final ServerProcess process() {
        return process;
    }

    /** Returns the name of the server, which is that of its log file. */
    public final String name() {
        return name;
    }

    /** Returns whether the process is running. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Returns the process id, also after the end of the process. */
    public long pid() {
        return process.pid();
    }

    /** Kills the process with SIGKILL. */
    public void kill() {
        process.kill();
    }

    /**
     * Suspends the process with SIGSTOP. Its port still accepts connections, but nothing is
     * answered until {@link #resume}.
     */
    public void suspend() {
        process.suspend();
    }

    /** Resumes a suspended process with SIGCONT. Has no effect on a running or ended process. */
    public void resume() {
        if (process.isAlive()) {
            process.resume();
        }
    }

    /** Stops the process with SIGTERM, and with SIGKILL if it does not end. */
    public void stop() {
        if (process != null) {
            process.stop();
        }
    }

    /** Stops the server and starts it again with the same port, data and secrets. */
    public void restart() {
        stop();
        start();
    }

    /** Kills the process. Its files stay, and a server that is started with them has all data. */
    @Override
    public void close() {
        if (process != null) {
            process.writeSharedClasses();
            kill();
        }
    }
}
