package io.dexklines.local.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The log files of a stack: that of the stack itself in its folder, those of each component in the
 * component's folder, and Flink's own in the folder {@code flink/log}.
 */
public final class StackLogs {

    private static final String EXTENSION = ".log";
    private static final Path FLINK_LOGS = Path.of("flink", "log");

    private final Path folder;

    /**
     * A log file.
     *
     * @param component the folder of the component in that of the stack; for the stack itself, the
     *     name
     * @param name the name of the file without its extension
     */
    public record Log(String component, String name, Path file) {

        private boolean isOf(String wanted) {
            return component.equals(wanted) || name.equals(wanted);
        }
    }

    /**
     * @param folder the folder of the stack, which need not exist
     */
    public StackLogs(Path folder) {
        this.folder = folder;
    }

    /** Returns the logs that are not empty, by component and name. */
    public List<Log> all() throws IOException {
        List<Log> logs = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return logs;
        }
        // components have data whose names end like those of logs, further down
        for (Path file : children(folder)) {
            if (isLog(file)) {
                logs.add(new Log(name(file), name(file), file));
            }
        }
        for (Path component : children(folder)) {
            if (Files.isDirectory(component)) {
                addLogsIn(component, component.getFileName().toString(), logs);
            }
        }
        Path flink = folder.resolve(FLINK_LOGS);
        if (Files.isDirectory(flink)) {
            addLogsIn(flink, FLINK_LOGS.getName(0).toString(), logs);
        }
        return logs;
    }

    /**
     * Returns the logs of a component.
     *
     * @param wanted the name of a component or of a log
     */
    public List<Log> of(String wanted) throws IOException {
        return all().stream().filter(log -> log.isOf(wanted)).toList();
    }

    private static void addLogsIn(Path folder, String component, List<Log> logs)
            throws IOException {
        for (Path file : children(folder)) {
            if (isLog(file)) {
                logs.add(new Log(component, name(file), file));
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }

    private static boolean isLog(Path file) throws IOException {
        return file.toString().endsWith(EXTENSION)
                && Files.isRegularFile(file)
                && Files.size(file) > 0;
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - EXTENSION.length());
    }
}
