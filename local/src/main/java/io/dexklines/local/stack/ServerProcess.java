package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A child process that ends with this JVM. A shutdown hook stops it. If this JVM is killed, the
 * {@link Watchdog} kills it. If both fail, the next start finds it by its pid file.
 */
final class ServerProcess {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
    private static final int LOG_TAIL_LINES = 15;

    /**
     * Runs its arguments in a session of their own, where the system has the command for it: the
     * kernel resumes the suspended processes of a session when its shell ends. Elsewhere, Ctrl-C
     * reaches the whole process group, but this JVM stops its children itself.
     */
    private static final String OWN_SESSION =
            "trap '' INT HUP; command -v setsid >/dev/null && exec setsid \"$@\"; exec \"$@\"";

    private static final Set<ServerProcess> LIVE = ConcurrentHashMap.newKeySet();
    private static volatile boolean shuttingDown;

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(ServerProcess::stopAll, "stop-local-servers"));
    }

    private final String name;
    private final Path log;
    private final Path pidFile;
    private final Process process;
    private final SharedClasses sharedClasses;
    private volatile boolean suspended;

    private ServerProcess(Command command, Path pidFile, Process process) {
        this.name = command.name;
        this.log = command.log();
        this.pidFile = pidFile;
        this.process = process;
        this.sharedClasses = command.sharedClasses;
    }

    /** The command of a process. Its log and pid file are in the folder, named after the server. */
    static final class Command {
        private final String name;
        private final Path folder;
        private final List<String> words = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private SharedClasses sharedClasses = SharedClasses.NONE;

        Command(String name, Path folder) {
            this.name = name;
            this.folder = folder;
        }

        Command word(String... more) {
            words.addAll(List.of(more));
            return this;
        }

        Command words(List<String> more) {
            words.addAll(more);
            return this;
        }

        Command environment(String key, String value) {
            environment.put(key, value);
            return this;
        }

        /** Sets the archive that the JVM writes when its server is closed, unless there is one. */
        Command sharedClasses(SharedClasses archive) {
            sharedClasses = archive;
            return this;
        }

        Path log() {
            return folder.resolve(name + ".log");
        }

        ServerProcess start() {
            try {
                Files.createDirectories(folder);
                Path pidFile = folder.resolve(name + ".pid");
                RecordedProcess.kill(pidFile);
                ServerProcess started = new ServerProcess(this, pidFile, builder().start());
                started.register();
                return started;
            } catch (IOException e) {
                throw new StackException(name + " cannot be started: " + e.getMessage(), e);
            }
        }

        private ProcessBuilder builder() {
            ProcessBuilder builder =
                    new ProcessBuilder(inOwnSession(name, words))
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            return builder;
        }
    }

    /**
     * Returns the command that runs another one out of reach of the signals of a terminal.
     *
     * @param name how a shell names itself in its messages
     */
    static List<String> inOwnSession(String name, List<String> words) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", OWN_SESSION, name));
        command.addAll(words);
        return command;
    }

    private synchronized void register() throws IOException {
        LIVE.add(this);
        Watchdog.watch(process.pid());
        if (shuttingDown) {
            kill();
            throw new StackException(name + " is not started, since the stack is shutting down");
        }
        RecordedProcess.write(pidFile, process.toHandle());
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits until the process ends by itself, and returns its exit status.
     *
     * @throws StackException after the timeout; the process is killed then
     */
    int waitFor(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new StackException(name + " did not end within " + timeout + tail());
        }
        unregister();
        return process.exitValue();
    }

    /**
     * Stops the process with SIGTERM, and with SIGKILL if it does not end within 15 s. A suspended
     * process is resumed, because it would not notice the first of the two.
     */
    void stop() {
        process.destroy();
        if (suspended && isAlive()) {
            resume();
        }
        if (!endsWithin(STOP_TIMEOUT)) {
            process.destroyForcibly();
        }
        awaitGone();
    }

    /** Makes a JVM write its loaded classes to their archive, if there is to be one. */
    void writeSharedClasses() {
        if (isAlive() && !suspended) {
            sharedClasses.write(pid());
        }
    }

    /** Kills the process with SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitGone();
    }

    /**
     * Suspends the process with SIGSTOP.
     *
     * @throws StackException if it has ended
     */
    void suspend() {
        suspended = true;
        signal("STOP");
    }

    /**
     * Resumes a suspended process with SIGCONT. Has no effect on a running one.
     *
     * @throws StackException if it has ended
     */
    void resume() {
        signal("CONT");
        suspended = false;
    }

    /** Sends a signal by the command {@code kill}. */
    private void signal(String signal) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new StackException(
                        "%s (process %d) does not get SIG%s: %s"
                                .formatted(name, pid(), signal, output.strip()));
            }
        } catch (IOException e) {
            throw new StackException("cannot send SIG" + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while sending SIG" + signal + " to " + name, e);
        }
    }

    /** Returns the last lines of the log for a message, beginning with a line break. */
    String tail() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            List<String> last =
                    lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return "\n  " + log + ":\n    " + String.join("\n    ", last);
        } catch (IOException e) {
            return "\n  " + log + " cannot be read: " + e.getMessage();
        }
    }

    private void awaitGone() {
        if (!endsWithin(KILL_TIMEOUT)) {
            throw new StackException("%s (process %d) cannot be killed".formatted(name, pid()));
        }
        unregister();
    }

    private boolean endsWithin(Duration timeout) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // keeps waiting, since the process must be gone before its restart
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void unregister() {
        if (LIVE.remove(this)) {
            Watchdog.forget(process.pid());
            try {
                Files.deleteIfExists(pidFile);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns whether this JVM is shutting down. */
    static boolean isShuttingDown() {
        return shuttingDown;
    }

    /** Stops all processes at the same time, since none of them needs the others to end. */
    private static void stopAll() {
        shuttingDown = true;
        List<ServerProcess> live = List.copyOf(LIVE);
        live.forEach(server -> server.process.destroy());
        live.forEach(ServerProcess::stop);
    }
}
