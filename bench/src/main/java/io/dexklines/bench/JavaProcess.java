package io.dexklines.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU time and memory of another JVM on this machine. Needs the JDK's command {@code jcmd}. */
public final class JavaProcess {

    private static final Pattern HEAP = Pattern.compile("total (?:\\d+)K, used (\\d+)K");
    private static final Pattern PEAK_RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final long KIBIBYTE = 1024;

    /** The unit of CPU time in {@code /proc}. */
    private static final long TICK_MS = 10;

    // fields of /proc/PID/stat after the name
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private JavaProcess() {}

    /** Returns the CPU time of a process until now. */
    public static Duration cpu(long pid) {
        return ProcessHandle.of(pid).orElseThrow().info().totalCpuDuration().orElseThrow();
    }

    /**
     * Returns the CPU time until now of those threads of a process whose names begin with one of
     * the given prefixes, in steps of 10 ms. The threads of a JVM's compiler are {@code C1 Comp}
     * and {@code C2 Comp}, those of its garbage collector {@code G1} and {@code GC Thread}.
     *
     * @throws IOException if the process has ended
     */
    public static Duration threadCpu(long pid, List<String> prefixes) throws IOException {
        long ticks = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                ticks += ticks(thread.resolve("stat"), prefixes);
            }
        }
        return Duration.ofMillis(ticks * TICK_MS);
    }

    private static long ticks(Path stat, List<String> prefixes) throws IOException {
        String line;
        try {
            line = Files.readString(stat);
        } catch (IOException e) {
            return 0; // the thread has ended
        }
        // the name is in parentheses and may contain any character
        String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
        if (prefixes.stream().noneMatch(name::startsWith)) {
            return 0;
        }
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    }

    /**
     * Collects the garbage of a JVM, which stops it meanwhile, and returns the bytes of its heap
     * that are then in use.
     */
    static long usedHeap(long pid) throws IOException {
        jcmd(pid, "GC.run");
        return heapInUse(pid);
    }

    /** Returns the bytes of the heap of a JVM that are in use, garbage included. */
    static long heapInUse(long pid) throws IOException {
        long kibibytes = 0;
        // one line for each generation, or one for the whole heap
        for (Matcher line = HEAP.matcher(jcmd(pid, "GC.heap_info")); line.find(); ) {
            kibibytes += Long.parseLong(line.group(1));
        }
        return kibibytes * KIBIBYTE;
    }

    /**
     * Returns the most memory that a process has had resident until now, in bytes.
     *
     * @throws IOException if the process has ended
     */
    public static long peakResident(long pid) throws IOException {
        Matcher line =
                PEAK_RESIDENT.matcher(
                        Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        return line.find() ? Long.parseLong(line.group(1)) * KIBIBYTE : 0;
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
