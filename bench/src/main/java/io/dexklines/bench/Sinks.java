package io.dexklines.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What the sinks take a second, beside others that do the same. Its arguments: {@code mysql} or
 * {@code redis}; the rounds that count (5); how much is written in each run (180000 rows, or 450000
 * kline updates).
 */
public final class Sinks {

    private static final int ROUNDS = 5;
    private static final int ROWS = 180_000;
    private static final int UPDATES = 450_000;

    private Sinks() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        String sink = args.length > 0 ? args[0] : "";
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        Path folder = Files.createTempDirectory("klines-bench");
        try {
            switch (sink) {
                case "mysql" -> MySqlSinks.measure(folder, rounds, count(args, ROWS));
                case "redis" -> RedisSinks.measure(folder, rounds, count(args, UPDATES));
                default -> {
                    System.err.println("sinks mysql|redis [rounds] [rows or kline updates]");
                    System.exit(2);
                }
            }
        } finally {
            delete(folder);
        }
    }

    private static int count(String[] args, int otherwise) {
        return args.length > 2 ? Integer.parseInt(args[2]) : otherwise;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
