package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A user of a server of the stack. The password is random and is kept in a file that only its owner
 * can read.
 *
 * @param passwordFile an absolute path
 */
public record Login(String user, Path passwordFile) {

    /** Returns the login of a user, whose password is created if the folder has none. */
    static Login in(Path folder, String user) {
        Login login = new Login(user, folder.toAbsolutePath().resolve(user + "-password"));
        login.password();
        return login;
    }

    /** Gives the user the same password on the server of another folder. */
    void copyTo(Path folder) throws IOException {
        StackFiles.writePrivate(
                folder.resolve(passwordFile.getFileName()), Files.readString(passwordFile));
    }

    /** Returns the password, 32 hexadecimal digits. */
    public String password() {
        return StackFiles.secret(passwordFile);
    }

    /** Returns the password as a reference to its file, {@code file:/path}. */
    public String passwordReference() {
        return "file:" + passwordFile;
    }

    /** Returns the SHA-256 digest of the password in hexadecimal digits. */
    String passwordDigest() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(password().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
