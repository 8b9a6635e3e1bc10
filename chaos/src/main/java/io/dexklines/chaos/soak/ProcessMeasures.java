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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures a process by Linux's {@code /proc}. */
final class ProcessMeasures {

    private static final Path PROCESSES = Path.of("/proc");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)$");
    private static final double KB_A_MB = 1024;

    private ProcessMeasures() {}

    /** Returns what can be measured of a process from outside; nothing if it has ended. */
    static Map<Sample.Measure, Double> of(long pid) {
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

    private static OptionalDouble number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find()
                ? OptionalDouble.of(Double.parseDouble(matcher.group(1)))
                : OptionalDouble.empty();
    }
}
