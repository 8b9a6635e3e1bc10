package io.dexklines.local.stack;

import java.time.Duration;
import java.util.List;

/** Waits until a server answers in its own protocol. */
final class Readiness {

    private static final long POLL_MS = 50;

    private Readiness() {}

    /** Asks the server once. */
    @FunctionalInterface
    interface Probe {

        /**
         * True if it is ready.
         *
         * @throws StartException if it never will be
         * @throws Exception which is taken as "not yet", and told of if the time is over
         */
        boolean isReady() throws Exception;
    }

    /**
     * Returns once the probe succeeds.
     *
     * @param processes of which none may end meanwhile
     * @throws StartException if one ended or the time is over, with the ends of their logs
     */
    static void await(String name, List<ServerProcess> processes, Duration timeout, Probe probe) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (probe.isReady()) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException(name + ": interrupted while it started", e);
            } catch (StartException e) {
                // the probe knows that waiting is in vain
                throw e;
            } catch (Exception e) {
                last = e;
            }
            for (ServerProcess process : processes) {
                if (!process.isAlive()) {
                    throw new StartException(
                            process.name() + " ended while it started" + process.tail(), last);
                }
            }
            if (System.nanoTime() > deadline) {
                StringBuilder message =
                        new StringBuilder(
                                name + " is not ready after " + timeout.toSeconds() + " s");
                processes.forEach(process -> message.append(process.tail()));
                throw new StartException(message.toString(), last);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartException(name + ": interrupted while it started", e);
            }
        }
    }
}
