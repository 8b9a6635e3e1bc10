package io.dexklines.local.stack;

import java.time.Duration;
import java.util.List;

/** Waits until a server answers in its own protocol. */
final class Readiness {

    private static final long POLL_MS = 50;

    private Readiness() {}

    /** A single request to a server. */
    @FunctionalInterface
    interface Probe {

        /**
         * Returns whether the server is ready.
         *
         * @throws StackException if it never will be
         * @throws Exception if it is not ready yet; reported after the timeout
         */
        boolean isReady() throws Exception;
    }

    /**
     * Returns once the probe succeeds.
     *
     * @param processes none of which may end meanwhile
     * @throws StackException if a process ends or after the timeout; the message has the ends of
     *     the logs
     */
    static void await(String name, List<ServerProcess> processes, Duration timeout, Probe probe) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Exception last = null;
        try {
            while (true) {
                try {
                    if (probe.isReady()) {
                        return;
                    }
                } catch (InterruptedException | StackException e) {
                    throw e;
                } catch (Exception e) {
                    last = e;
                }
                for (ServerProcess process : processes) {
                    if (!process.isAlive()) {
                        throw new StackException(
                                process.name() + " ended during its start" + process.tail(), last);
                    }
                }
                if (System.nanoTime() > deadline) {
                    StringBuilder message =
                            new StringBuilder(
                                    name + " is not ready after " + timeout.toSeconds() + " s");
                    processes.forEach(process -> message.append(process.tail()));
                    throw new StackException(message.toString(), last);
                }
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while waiting for " + name, e);
        }
    }
}
