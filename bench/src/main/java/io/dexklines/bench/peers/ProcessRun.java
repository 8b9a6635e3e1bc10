package io.dexklines.bench.peers;

import io.dexklines.peer.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** An engine in a JVM of its own, which prints its {@link Progress}. */
final class ProcessRun implements EngineRun {

    private static final int STOP_SECONDS = 60;

    /** What an error quotes of the output, which may have a stack trace at its end. */
    private static final int LAST_LINES = 30;

    private final Process process;
    private final Path log;
    private final double tradesPerCount;
    private final long total;
    private final Runnable afterwards;
    private final Thread reader;
    private volatile long counted;
    private volatile boolean stopped;

    private ProcessRun(
            Process process, Path log, double tradesPerCount, long total, Runnable afterwards) {
        this.process = process;
        this.log = log;
        this.tradesPerCount = tradesPerCount;
        this.total = total;
        this.afterwards = afterwards;
        reader = new Thread(this::read, "engine's output");
        reader.setDaemon(true);
    }

    /**
     * Starts a process.
     *
     * @param classPath the class path, which is too long for the command line
     * @param jvmOptions options of the JVM besides those of the heap
     * @param words the main class and its arguments
     * @param tradesPerCount number of trades in what the engine counts, such as a record
     * @param afterwards removes what the process leaves behind
     */
    static ProcessRun start(
            Setting setting,
            String classPath,
            List<String> jvmOptions,
            List<String> words,
            double tradesPerCount,
            Runnable afterwards)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xms" + setting.heapMb() + "m");
        command.add("-Xmx" + setting.heapMb() + "m");
        // as Flink's TaskManager has it
        command.add("-XX:+UseParallelGC");
        // an engine that goes on without one of its threads would be measured
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Djava.net.preferIPv4Stack=true");
        command.add("-Duser.timezone=UTC");
        command.add("-Dlog4j2.level=WARN");
        command.addAll(jvmOptions);
        command.addAll(words);
        Path log = Files.createTempFile(setting.folder(), "engine", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CLASSPATH", classPath);
        ProcessRun run =
                new ProcessRun(
                        builder.start(), log, tradesPerCount, setting.trades().swaps(), afterwards);
        run.reader.start();
        return run;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader();
                var out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(Progress.PREFIX)) {
                    counted = Long.parseLong(line.substring(Progress.PREFIX.length()));
                } else {
                    out.write(line);
                    out.newLine();
                    out.flush();
                }
            }
        } catch (IOException e) {
            // stopping the process closes its output
            if (!stopped) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public double trades() {
        return counted * tradesPerCount;
    }

    @Override
    public boolean hasEnded() throws IOException, InterruptedException {
        if (process.isAlive()) {
            return false;
        }
        reader.join();
        boolean isComplete = Math.round(trades()) >= total;
        if (process.exitValue() != 0 || !isComplete) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "the process ended with exit status %d after %,.0f of %,d trades; the end of its output:%n%s",
                            process.exitValue(),
                            trades(),
                            total,
                            lastLines()));
        }
        return true;
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    @Override
    public void close() {
        stopped = true;
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        afterwards.run();
    }
}
