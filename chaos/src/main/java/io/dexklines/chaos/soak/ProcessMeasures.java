package io.dexklines.chaos.soak;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures a process by Linux's {@code /proc} and, if it is a JVM, by the JDK's {@code jcmd}. */
final class ProcessMeasures {

    private static final Path PROCESSES = Path.of("/proc");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)$");
    private static final Pattern USED_HEAP = Pattern.compile("used (\\d+)K");
    private static final double KB_A_MB = 1024;
    private static final long JCMD_SECONDS = 20;

    private ProcessMeasures() {}

    /**
     * Returns what can be measured of a process; nothing if it has ended.
     *
     * @param jvm whether the process is a JVM, whose garbage is then collected first
     */
    static Map<Sample.Measure, Double> of(long pid, boolean jvm) throws InterruptedException {
        Map<Sample.Measure, Double> measures = new EnumMap<>(Sample.Measure.class);
        Path folder = PROCESSES.resolve(Long.toString(pid));
        try {
            String status = Files.readString(folder.resolve("status"));
            number(RESIDENT, status)
                    .ifPresent(kb -> measures.put(Sample.Measure.RSS_MB, kb / KB_A_MB));
            number(THREADS, status)
                    .ifPresent(threads -> measures.put(Sample.Measure.THREADS, threads));
            List<Path> handles = handles(folder.resolve("fd"));
            measures.put(Sample.Measure.FILE_HANDLES, (double) handles.size());
            measures.put(
                    Sample.Measure.FILES,
                    (double) handles.stream().distinct().filter(Files::isRegularFile).count());
            if (jvm) {
                jcmd(pid, "GC.run");
                usedHeapMb(jcmd(pid, "GC.heap_info"))
                        .ifPresent(mb -> measures.put(Sample.Measure.HEAP_MB, mb));
            }
        } catch (IOException e) {
            // it has just ended, or is being restarted: there is another sample soon
        }
        return measures;
    }

    /** Returns what each handle is of: the path of a file, or a text such as {@code socket:[1]}. */
    private static List<Path> handles(Path folder) throws IOException {
        List<Path> handles = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(folder)) {
            for (Path link : links) {
                try {
                    handles.add(Files.readSymbolicLink(link));
                } catch (NoSuchFileException e) {
                    // closed meanwhile
                }
            }
        }
        return handles;
    }

    /**
     * Returns the used heap in what {@code GC.heap_info} prints; empty if it is not there. A heap
     * may have several spaces, which are added up. Class metadata is no heap.
     */
    static OptionalDouble usedHeapMb(String heapInfo) {
        long usedKb = 0;
        boolean found = false;
        for (String line : heapInfo.lines().toList()) {
            String space = line.strip();
            if (space.startsWith("Metaspace") || space.startsWith("class space")) {
                continue;
            }
            Matcher used = USED_HEAP.matcher(space);
            if (space.contains(" total ") && used.find()) {
                usedKb += Long.parseLong(used.group(1));
                found = true;
            }
        }
        return found ? OptionalDouble.of(usedKb / KB_A_MB) : OptionalDouble.empty();
    }

    private static OptionalDouble number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find()
                ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
                : OptionalDouble.empty();
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(jcmd.getInputStream().readAllBytes());
        if (!jcmd.waitFor(JCMD_SECONDS, TimeUnit.SECONDS)) {
            jcmd.destroyForcibly();
        }
        return output;
    }
}
