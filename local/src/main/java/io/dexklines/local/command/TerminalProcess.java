package io.dexklines.local.command;

import java.io.IOException;

/** A process that has this process's terminal. */
public final class TerminalProcess {

    private TerminalProcess() {}

    /**
     * Runs a process with the terminal of this one. Ctrl-C is the process's, which may use it to
     * stop a statement: this JVM ends when the process has ended.
     *
     * @return the exit status of the process
     */
    public static int run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.inheritIO().start();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> process.onExit().join(), "await-process"));
        return process.waitFor();
    }
}
