package io.dexklines.chaos.cluster;

import io.dexklines.local.stack.EmbeddedServer;
import io.dexklines.local.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process of the cluster. It keeps its port and its data when it is restarted. Each method may be
 * called by any thread; those that change the process wait for each other.
 */
public final class Node {

    private static final char STOPPED = 'T';

    private final String name;
    private final Role role;
    private final EmbeddedServer server;
    private final ReentrantLock changes = new ReentrantLock();

    /** Whether the process is to run. Once stopped or killed, it is not until {@link #restart}. */
    private volatile boolean wanted = true;

    private boolean ended;

    /**
     * @param server a running server
     */
    public Node(String name, Role role, EmbeddedServer server) {
        this.name = name;
        this.role = role;
        this.server = server;
    }

    /** Returns the name, such as {@code taskmanager-0}. */
    public String name() {
        return name;
    }

    public Role role() {
        return role;
    }

    /** Returns the process id, also after the end of the process. */
    public long pid() {
        return server.pid();
    }

    public boolean isAlive() {
        return server.isAlive();
    }

    /** Returns whether the kernel has stopped the process, as Linux tells in {@code /proc}. */
    public boolean isSuspended() {
        Path status = Path.of("/proc", Long.toString(pid()), "stat");
        try {
            // "pid (command) state …", and the command may contain anything
            String text = Files.readString(status);
            return text.charAt(text.lastIndexOf(')') + 2) == STOPPED;
        } catch (IOException e) {
            return false;
        }
    }

    /** Kills the process with SIGKILL. It stays down until {@link #restart}. */
    public void kill() {
        change(
                () -> {
                    wanted = false;
                    server.kill();
                });
    }

    /** Stops the process with SIGTERM. It stays down until {@link #restart}. */
    public void stop() {
        change(
                () -> {
                    wanted = false;
                    server.stop();
                });
    }

    /** Suspends the process with SIGSTOP. */
    public void suspend() {
        change(server::suspend);
    }

    /** Resumes the process with SIGCONT, if it still exists. */
    public void resume() {
        change(server::resume);
    }

    /**
     * Starts the process on its port and waits until it answers. A running process is stopped
     * first.
     *
     * @throws StackException if it does not answer; the cluster tries again then
     */
    public void restart() {
        change(
                () -> {
                    if (ended) {
                        throw new StackException(name + " is not started in a closed cluster");
                    }
                    wanted = true;
                    server.restart();
                });
    }

    /** Kills the process for good. */
    void end() {
        change(
                () -> {
                    ended = true;
                    kill();
                });
    }

    /**
     * Restarts the process if it ended although nobody killed it.
     *
     * @return the id of the process that ended, or empty if there is nothing to do
     */
    Optional<Long> revive() {
        if (!changes.tryLock()) {
            return Optional.empty();
        }
        try {
            if (!wanted || server.isAlive()) {
                return Optional.empty();
            }
            long ended = server.pid();
            server.restart();
            return Optional.of(ended);
        } finally {
            changes.unlock();
        }
    }

    private void change(Runnable change) {
        changes.lock();
        try {
            change.run();
        } finally {
            changes.unlock();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
