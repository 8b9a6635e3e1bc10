package io.dexklines.bench.peers;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The results of one execution of the benchmark, of any number of sizes. The file has a JSON object
 * in each line, with the kind of the line as its only key.
 *
 * @param settings what was executed where
 * @param checks the comparisons of klines
 * @param runs the measurements
 */
record Results(Settings settings, List<Check> checks, List<Run> runs) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SETTINGS = "settings";
    private static final String CHECK = "check";
    private static final String RUN = "run";

    /**
     * What was executed where.
     *
     * @param startedAt an instant in ISO-8601
     * @param machine processors, memory, kernel and Java
     * @param versions the versions of the engines
     * @param trades number of entries in the topics, those that are no swaps included
     * @param checked number of entries of which klines were compared
     * @param warmUp number of trades before the first that counts
     * @param warmUpSeconds time after which a trade counts though fewer trades precede it
     * @param rounds number of rounds
     * @param seconds the longest time of a measurement after the warm-up
     * @param checkpointSeconds time between two checkpoints, snapshots or commits
     */
    record Settings(
            String startedAt,
            String machine,
            String versions,
            long trades,
            long checked,
            long warmUp,
            int warmUpSeconds,
            int rounds,
            int seconds,
            double checkpointSeconds) {}

    /**
     * The comparison of the klines of a contestant with the expected ones.
     *
     * @param pairs number of pairs
     * @param contestant its code
     * @param klines number of compared klines
     * @param equal whether all are equal and there is no other
     * @param text the differences
     */
    record Check(int pairs, String contestant, int klines, boolean equal, String text) {}

    /**
     * One measurement.
     *
     * @param pairs number of pairs
     * @param round from 1
     * @param contestant its code
     * @param trades number of measured trades
     * @param seconds measured time
     * @param cpuUs CPU time of the whole process, microseconds a trade
     * @param compilerUs the part of the just-in-time compiler
     * @param collectorUs the part of the garbage collector
     * @param tradesPerSecond throughput, which all processes of the machine share
     * @param heapMb the size of the heap, MiB
     * @param residentMb the largest memory of the process, MiB
     * @param loadBefore the load average of a minute when the run started
     * @param loadAfter the load average of a minute when it ended
     */
    record Run(
            int pairs,
            int round,
            String contestant,
            double trades,
            double seconds,
            double cpuUs,
            double compilerUs,
            double collectorUs,
            double tradesPerSecond,
            int heapMb,
            long residentMb,
            double loadBefore,
            double loadAfter) {}

    /** Appends to a file of results. */
    static final class Writer {

        private final Path file;

        /** Creates an empty file, or replaces one. */
        Writer(Path file) throws IOException {
            this.file = file;
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.deleteIfExists(file);
        }

        void add(Settings settings) throws IOException {
            append(SETTINGS, settings);
        }

        void add(Check check) throws IOException {
            append(CHECK, check);
        }

        void add(Run run) throws IOException {
            append(RUN, run);
        }

        private void append(String kind, Object value) throws IOException {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(Map.of(kind, value)) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is not a file of results
     */
    static Results read(Path file) throws IOException {
        Settings settings = null;
        List<Check> checks = new ArrayList<>();
        List<Run> runs = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Map.Entry<String, JsonNode> entry =
                    JSON.readValue(line, new TypeReference<Map<String, JsonNode>>() {})
                            .entrySet()
                            .iterator()
                            .next();
            switch (entry.getKey()) {
                case SETTINGS -> settings = JSON.treeToValue(entry.getValue(), Settings.class);
                case CHECK -> checks.add(JSON.treeToValue(entry.getValue(), Check.class));
                case RUN -> runs.add(JSON.treeToValue(entry.getValue(), Run.class));
                default -> throw new IOException(file + ": unknown kind " + entry.getKey());
            }
        }
        if (settings == null) {
            throw new IOException(file + " has no settings");
        }
        return new Results(settings, checks, runs);
    }
}
