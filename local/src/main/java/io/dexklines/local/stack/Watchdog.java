package io.dexklines.local.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A shell process that kills the children of this JVM when this JVM has ended. It covers the case
 * without a shutdown hook, {@code kill -9}. It waits for the end of the pipe between the two, which
 * the operating system closes in any case.
 */
final class Watchdog {

    /** Reads lines {@code + PID} and {@code - PID}. At the end of the input, kills what is left. */
    private static final String SCRIPT =
            """
            trap '' INT HUP TERM
            live=' '
            while read -r sign pid; do
              case $sign in
                +) live="$live$pid " ;;
                -) case $live in *" $pid "*) live="${live%%" $pid "*} ${live#*" $pid "}" ;; esac ;;
              esac
            done
            for pid in $live; do kill -9 "$pid" 2>/dev/null; done
            """;

    private static OutputStream pipe;

    private Watchdog() {}

    static void watch(long pid) {
        send("+ " + pid);
    }

    static void forget(long pid) {
        send("- " + pid);
    }

    private static synchronized void send(String line) {
        try {
            if (pipe == null) {
                pipe =
                        new ProcessBuilder(
                                        ServerProcess.inOwnSession(
                                                "watchdog", List.of("sh", "-c", SCRIPT)))
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .getOutputStream();
            }
            pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the watchdog of the local servers has ended", e);
        }
    }
}
