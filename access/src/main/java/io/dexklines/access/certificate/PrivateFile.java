package io.dexklines.access.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Files that only their owner can read, from their creation on. */
final class PrivateFile {

    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PrivateFile() {}

    /** Writes a file. Replaces an existing one. */
    static void write(Path file, byte[] content) throws IOException {
        createFolder(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
    }

    /** Writes a text in UTF-8. */
    static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a text in UTF-8 that everybody may read, if they may enter the folder. */
    static void writePublic(Path file, String text) throws IOException {
        writePublic(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file that everybody may read, if they may enter the folder. */
    static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Writes a random secret of 64 hexadecimal digits, and returns it. */
    static String writeSecret(Path file) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        String text = HexFormat.of().formatHex(secret);
        write(file, text);
        return text;
    }

    private static void createFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }
}
