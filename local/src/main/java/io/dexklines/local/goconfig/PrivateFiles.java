package io.dexklines.local.goconfig;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** Writes files that only their owner can read, from their creation on. */
final class PrivateFiles {

    private PrivateFiles() {}

    /**
     * Writes files in the order of the map. Creates their folders for the owner only.
     *
     * @param overwrite whether files that exist are replaced, links included
     * @throws CommandFailure if one exists and is not to be overwritten; then none is written
     */
    static void write(Map<Path, String> texts, boolean overwrite) throws IOException {
        for (Path file : texts.keySet()) {
            if (!overwrite && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw exists(file);
            }
        }
        for (Map.Entry<Path, String> each : texts.entrySet()) {
            Path folder = each.getKey().toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, permissions(folder, "rwx------"));
            }
            write(each.getKey(), each.getValue(), overwrite);
        }
    }

    private static void write(Path file, String text, boolean overwrite) throws IOException {
        Path created =
                overwrite
                        ? file.resolveSibling(
                                file.getFileName() + "." + ProcessHandle.current().pid())
                        : file;
        try (SeekableByteChannel channel =
                Files.newByteChannel(
                        created,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        permissions(file, "rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(created);
        }
        if (overwrite) {
            Files.move(created, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static CommandFailure exists(Path file) {
        return new CommandFailure(
                ExitStatus.MACHINE,
                file
                        + " exists already: name another file with --output, or overwrite with"
                        + " --force");
    }

    private static FileAttribute<?>[] permissions(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
