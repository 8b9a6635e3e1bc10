package io.dexklines.local;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs {@code klines up} in a background process that survives this one and its terminal. */
final class DetachedUp {

    /** System property of the background process. Its parent prints the summary for the user. */
    static final String PROPERTY = "klines.detached";

    private static final String LOG = "up.log";
    private static final long POLL_MS = 100;

    private final Path folder;
    private final PrintStream out;
    private final PrintStream err;

    /** The end of the output that is not a whole line yet. */
    private final StringBuilder pending = new StringBuilder();

    /** Whether the error has begun, which is the last that a process prints. */
    private boolean inError;

    private ExitStatus exitStatus = ExitStatus.OK;

    /**
     * @param folder the folder of the stack; receives the output of the process as {@code up.log}
     * @param out receives the output of the process until the stack is up
     * @param err receives the error of a process that has ended
     */
    DetachedUp(Path folder, PrintStream out, PrintStream err) {
        this.folder = folder;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts the process and waits until the stack is up.
     *
     * @param arguments arguments of {@code klines} without the option to detach
     * @return empty if the process has ended; the error and {@link #exitStatus} have the reason
     */
    Optional<RunningStack> run(List<String> arguments) throws IOException, InterruptedException {
        StackFiles.createPrivateFolder(folder);
        Path log = folder.resolve(LOG);
        Files.deleteIfExists(log);
        Process process =
                new ProcessBuilder(command(arguments))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        // appended, so that the stack can empty a log that has become too large
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        try (RandomAccessFile output = new RandomAccessFile(log.toFile(), "r")) {
            while (true) {
                boolean alive = process.isAlive();
                Optional<RunningStack> up =
                        RunningStack.process(folder)
                                .filter(running -> running.pid() == process.pid())
                                .flatMap(running -> RunningStack.in(folder));
                copy(output);
                if (up.isPresent()) {
                    return up;
                }
                if (!alive) {
                    print(pending.toString());
                    exitStatus = ExitStatus.ofFailed(process.exitValue());
                    return up;
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    private static List<String> command(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "klines"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-D" + PROPERTY + "=true");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(KlinesCommand.class.getName());
        command.addAll(arguments);
        return command;
    }

    /** Returns the exit status of a process that has ended; before, 0. */
    ExitStatus exitStatus() {
        return exitStatus;
    }

    private void copy(RandomAccessFile output) throws IOException {
        byte[] more = new byte[Math.toIntExact(output.length() - output.getFilePointer())];
        output.readFully(more);
        pending.append(new String(more, StandardCharsets.UTF_8));
        int end;
        while ((end = pending.indexOf("\n")) >= 0) {
            print(pending.substring(0, end + 1));
            pending.delete(0, end + 1);
        }
    }

    private void print(String line) {
        inError |= line.startsWith(CommandErrors.PREFIX);
        PrintStream stream = inError ? err : out;
        stream.print(line);
        stream.flush();
    }
}
