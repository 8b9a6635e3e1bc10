package io.dexklines.local.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The processes that listen on TCP ports, as Linux shows them in {@code /proc}. */
final class PortOwners {

    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortOwners() {}

    /**
     * Returns the process that listens on a port, such as {@code process 123 (nginx)}; empty on
     * other systems, and for a process that this user may not look into.
     *
     * @param proc {@code /proc}
     */
    static Optional<String> of(int port, Path proc) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            try {
                sockets.addAll(sockets(Files.readAllLines(proc.resolve(table)), port));
            } catch (IOException e) {
                // another system, or one without IPv6
            }
        }
        return sockets.isEmpty() ? Optional.empty() : process(sockets, proc);
    }

    /**
     * Returns the sockets that listen on a port, as links in the folders of processes name them.
     */
    static Set<String> sockets(List<String> table, int port) {
        String suffix = ":%04X".formatted(port);
        Set<String> sockets = new HashSet<>();
        for (String line : table) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length > INODE
                    && columns[LOCAL_ADDRESS].endsWith(suffix)
                    && columns[STATE].equals(LISTENING)) {
                sockets.add("socket:[" + columns[INODE] + "]");
            }
        }
        return sockets;
    }

    private static Optional<String> process(Set<String> sockets, Path proc) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (hasOne(process, sockets)) {
                    return Optional.of(
                            "process %s (%s)"
                                    .formatted(
                                            process.getFileName(),
                                            Files.readString(process.resolve("comm")).strip()));
                }
            }
        } catch (IOException e) {
            // the process has just ended
        }
        return Optional.empty();
    }

    private static boolean hasOne(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)
                        && sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // a process of another user, or one that has just ended
        }
        return false;
    }
}
