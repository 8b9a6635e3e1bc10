package io.dexklines.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** Helpers that the benchmarks share: temporary folders, arguments and printed results. */
public final class Bench {

    /** A benchmark that keeps its files in a folder. */
    public interface Benchmark {
        void run(Path folder) throws Exception;
    }

    private Bench() {}

    /** Runs a benchmark with a temporary folder, which is deleted at the end. */
    public static void inTemporaryFolder(Benchmark benchmark) throws Exception {
        Path folder = Files.createTempDirectory("klines-bench");
        try {
            benchmark.run(folder);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns the bytes of all files in a folder, or 0 if it does not exist. */
    static long size(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(Bench::bytes).sum();
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // RocksDB has compacted it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the argument at an index, or a default if there are fewer arguments. */
    static String argument(String[] args, int index, String defaultValue) {
        return args.length > index ? args[index] : defaultValue;
    }

    static int argument(String[] args, int index, int defaultValue) {
        return Integer.parseInt(argument(args, index, String.valueOf(defaultValue)));
    }

    /** Prints a line of {@code name value}, a double with two decimals. */
    static void print(String name, Object value) {
        String text =
                value instanceof Double number
                        ? String.format(Locale.ROOT, "%.2f", number)
                        : value.toString();
        System.out.printf("%-60s %s%n", name, text);
    }
}
