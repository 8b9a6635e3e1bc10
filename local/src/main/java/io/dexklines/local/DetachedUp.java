package io.dexklines.local;

import io.dexklines.local.stack.Folders;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code klines up} once more, in a process that the end of this one and of its terminal does not
 * reach.
 */
final class DetachedUp {

    /** Set in the process that is started: whoever started it tells the user where all is. */
    static final String PROPERTY = "klines.detached";

    private static final String LOG = "up.log";
    private static final long POLL_MS = 100;

    private final Path folder;
    private final PrintStream out;

    /**
     * @param folder of the stack; the process's output goes to {@code up.log} there
     * @param out gets what the process says until the stack is up
     */
    DetachedUp(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Starts it and waits until the stack is up.
     *
     * @param arguments of {@code klines}, without the flag to detach
     * @return empty if the process has ended instead; it has said why
     */
    Optional<RunningStack> run(List<String> arguments) throws IOException, InterruptedException {
        Folders.createPrivate(folder);
        Path log = folder.resolve(LOG);
        Process process =
                new ProcessBuilder(command(arguments))
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (RandomAccessFile said = new RandomAccessFile(log.toFile(), "r")) {
            while (true) {
                boolean alive = process.isAlive();
                Optional<RunningStack> up =
                        RunningStack.process(folder)
                                .filter(running -> running.pid() == process.pid())
                                .flatMap(running -> RunningStack.in(folder));
                passOn(said);
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

    private void passOn(RandomAccessFile said) throws IOException {
        byte[] more = new byte[Math.toIntExact(said.length() - said.getFilePointer())];
        said.readFully(more);
        out.print(new String(more, StandardCharsets.UTF_8));
        out.flush();
    }
}
