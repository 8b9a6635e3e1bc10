package io.dexklines.chaos.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Records what the processes of a cluster use, and writes it to a folder: {@code samples.csv}, a
 * plot of each measure, and {@code growth.md}. Not thread-safe.
 */
public final class SoakRecorder implements AutoCloseable {

    private static final double BYTES_A_MB = 1024 * 1024;

    private final Path folder;
    private final Supplier<List<Watched>> processes;
    private final Map<Sample.Measure, LongSupplier> jobMeasures;
    private final Path checkpoints;
    private final List<Sample> samples = new ArrayList<>();
    private final JvmHeaps heaps = new JvmHeaps();

    /**
     * A process that runs at the moment.
     *
     * @param jvm whether it is a JVM, whose heap is measured too
     */
    public record Watched(String name, long pid, boolean jvm) {}

    /**
     * @param folder where the files are written
     * @param processes returns the processes that run at the moment
     * @param checkpoints the folder of the checkpoints
     * @param lagRecords returns how many records the job has not read yet; a negative number if
     *     that is not known at the moment
     * @param records returns how many records were sent
     * @param trades returns how many trades are in them
     */
    public SoakRecorder(
            Path folder,
            Supplier<List<Watched>> processes,
            Path checkpoints,
            LongSupplier lagRecords,
            LongSupplier records,
            LongSupplier trades) {
        this.folder = folder;
        this.processes = processes;
        this.checkpoints = checkpoints;
        this.jobMeasures =
                Map.of(
                        Sample.Measure.LAG_RECORDS,
                        lagRecords,
                        Sample.Measure.RECORDS,
                        records,
                        Sample.Measure.TRADES,
                        trades);
    }

    /**
     * Takes one sample of everything.
     *
     * @param seconds since the start of the run
     */
    public void sample(long seconds) throws IOException {
        for (Watched process : processes.get()) {
            Map<Sample.Measure, Double> measures = ProcessMeasures.of(process.pid());
            if (process.jvm()) {
                heaps.usedMb(process.pid())
                        .ifPresent(mb -> measures.put(Sample.Measure.HEAP_MB, mb));
            }
            measures.forEach(
                    (measure, value) ->
                            samples.add(new Sample(seconds, process.name(), measure, value)));
        }
        samples.add(
                new Sample(
                        seconds,
                        Sample.JOB,
                        Sample.Measure.STATE_MB,
                        bytesIn(checkpoints) / BYTES_A_MB));
        jobMeasures.forEach(
                (measure, value) -> {
                    long now = value.getAsLong();
                    if (now >= 0) {
                        samples.add(new Sample(seconds, Sample.JOB, measure, now));
                    }
                });
    }

    /**
     * Writes the files.
     *
     * @return what grew by more than the input explains
     */
    public List<String> write() throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("samples.csv"), samples.stream().map(Sample::line).toList());
        for (Sample.Measure measure : Sample.Measure.values()) {
            Files.writeString(folder.resolve(measure.fileName()), LineChart.svg(measure, samples));
        }
        Files.write(folder.resolve("growth.md"), growth());
        return Growth.of(samples).stream()
                .filter(Growth::isLeak)
                .map(growth -> growth.measure().title() + " of " + growth.subject())
                .toList();
    }

    /** Returns the growth of every measure as a table in Markdown. */
    public List<String> growth() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "| process | measure | second quarter | last quarter | difference | explained | |");
        lines.add("|---|---|---|---|---|---|---|");
        Growth.of(samples).forEach(growth -> lines.add(growth.row()));
        return lines;
    }

    /** Ends the connections to the JVMs. */
    @Override
    public void close() {
        heaps.close();
    }

    private static long bytesIn(Path folder) throws IOException {
        while (true) {
            try (Stream<Path> files = Files.walk(folder)) {
                return files.mapToLong(SoakRecorder::bytesOf).sum();
            } catch (NoSuchFileException | UncheckedIOException e) {
                // Flink has deleted an old checkpoint meanwhile
                if (!Files.exists(folder)) {
                    return 0;
                }
            }
        }
    }

    private static long bytesOf(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
