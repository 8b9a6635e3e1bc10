package io.dexklines.local.stack;

import io.dexklines.local.command.CommandErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Operations on the files and folders of a stack. */
public final class StackFiles {

    private static final int SECRET_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private StackFiles() {}

    /** Copies a folder and its content. The target appears at once and complete. */
    public static void copyFolder(Path from, Path to) throws IOException {
        Path incomplete = to.resolveSibling(to.getFileName() + ".incomplete");
        deleteFolder(incomplete);
        Files.createDirectories(incomplete.getParent());
        for (Path path : tree(from)) {
            Files.copy(
                    path,
                    incomplete.resolve(from.relativize(path)),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.move(incomplete, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes a folder and its content, if it exists. Does not follow symbolic links. */
    public static void deleteFolder(Path folder) throws IOException {
        if (Files.exists(folder)) {
            for (Path path : tree(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<Path> tree(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList();
        }
    }

    /**
     * Checks that a path can be the folder of a stack.
     *
     * @throws StackException if it is a file
     */
    public static void requireFolder(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new StackException(
                    folder + " is a file, but --dir needs a folder: name another one");
        }
    }

    /**
     * Checks that a stack can keep its files in a folder. Creates the folder if it is missing.
     *
     * @throws StackException if the folder cannot be created or written
     */
    static void requireWritable(Path folder) {
        try {
            createPrivateFolder(folder);
        } catch (IOException e) {
            throw new StackException(
                    "cannot create the folder %s (%s): name another one with --dir"
                            .formatted(folder, CommandErrors.reason(e)),
                    e);
        }
        if (!Files.isWritable(folder)) {
            throw new StackException(
                    "cannot write to the folder %s: change its permissions, or name another one with --dir"
                            .formatted(folder));
        }
    }

    /** Creates a folder that only its owner can read, unless it exists. */
    public static void createPrivateFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(folder);
            if (hasPosixPermissions(folder)) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    /** Writes a file that only its owner can read. It is private from its creation on. */
    static void writePrivate(Path file, String text) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.deleteIfExists(file);
        if (hasPosixPermissions(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text);
    }

    /** Returns the secret in a private file. Creates a random one, 32 hex digits, if missing. */
    static String secret(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[SECRET_BYTES];
                RANDOM.nextBytes(secret);
                writePrivate(file, HexFormat.of().formatHex(secret));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasPosixPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
