package io.dexklines.local;

import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
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

    /**
     * @param folder the folder of the stack; receives the output of the process as {@code up.log}
     * @param out receives the output of the process until the stack is up
     */
    DetachedUp(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Starts the process and waits until the stack is up.
     *
     * @param arguments arguments of {@code klines} without the option to detach
     * @return empty if the process has ended; its output has the reason
     */
    Optional<RunningStack> run(List<String> arguments) throws IOException, InterruptedException {
        StackFiles.createPrivateFolder(folder);
        Path log = folder.resolve(LOG);
        Process process =
                new ProcessBuilder(command(arguments))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (RandomAccessFile output = new RandomAccessFile(log.toFile(), "r")) {
            while (true) {
                boolean alive = process.isAlive();
                Optional<RunningStack> up =
                        RunningStack.process(folder)
                                .filter(running -> running.pid() == process.pid())
                                .flatMap(running -> RunningStack.in(folder));
                copy(output);
                if (up.isPresent() || !alive) {
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

    private void copy(RandomAccessFile output) throws IOException {
        byte[] more = new byte[Math.toIntExact(output.length() - output.getFilePointer())];
        output.readFully(more);
        out.print(new String(more, StandardCharsets.UTF_8));
        out.flush();
    }
}
