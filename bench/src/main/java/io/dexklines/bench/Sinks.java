package io.dexklines.bench;

/**
 * A benchmark of the sinks, compared with other ways to write the same data. Arguments: {@code
 * mysql} or {@code redis}; number of rounds that count (5); amount of data in each run (180000
 * rows, or 450000 kline updates).
 */
public final class Sinks {

    private static final int ROUNDS = 5;
    private static final int ROWS = 180_000;
    private static final int UPDATES = 450_000;

    private Sinks() {}

    public static void main(String[] args) throws Exception {
        int rounds = Bench.argument(args, 1, ROUNDS);
        switch (Bench.argument(args, 0, "")) {
            case "mysql" -> {
                int rows = Bench.argument(args, 2, ROWS);
                Bench.inTemporaryFolder(folder -> MySqlSinks.measure(folder, rounds, rows));
            }
            case "redis" -> {
                int updates = Bench.argument(args, 2, UPDATES);
                Bench.inTemporaryFolder(folder -> RedisSinks.measure(folder, rounds, updates));
            }
            default -> {
                System.err.println("usage: sinks mysql|redis [rounds] [rows or kline updates]");
                System.exit(2);
            }
        }
    }
}
