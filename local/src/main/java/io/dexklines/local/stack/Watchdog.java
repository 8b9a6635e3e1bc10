package io.dexklines.local.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A tiny process that kills what this JVM has started, once this JVM is gone. It covers the one end
 * that no shutdown hook sees: {@code kill -9}. The operating system closes the pipe between the two
 * whatever happens, and that is the signal.
 */
final class Watchdog {

    /** Reads lines {@code + PID} and {@code - PID}; at the end of its input kills what is left. */
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
        tell("+ " + pid);
    }

    static void forget(long pid) {
        tell("- " + pid);
    }

    private static synchronized void tell(String line) {
        try {
            if (pipe == null) {
                pipe =
                        new ProcessBuilder("sh", "-c", SCRIPT)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .getOutputStream();
            }
            pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the watchdog of the local servers is gone", e);
        }
    }
}
