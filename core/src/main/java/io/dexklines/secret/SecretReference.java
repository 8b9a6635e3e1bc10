package io.dexklines.secret;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a secret is found, never the secret: {@code env:NAME} or {@code file:/path}. The reference
 * may travel in job graphs, logs and web pages. The secret is read by {@link #resolve()} where it
 * is used, on the TaskManager, and goes nowhere else.
 *
 * @param reference {@code env:NAME}, or {@code file:} and an absolute path
 */
public record SecretReference(String reference) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String ENV = "env:";
    private static final String FILE = "file:";

    /**
     * @throws IllegalArgumentException when it is not a reference; the message does not repeat it,
     *     since it may be the secret itself
     */
    public SecretReference {
        boolean env = reference.matches("env:[A-Za-z_][A-Za-z0-9_]*");
        boolean file = reference.startsWith(FILE) && isAbsolute(reference);
        if (!env && !file) {
            throw new IllegalArgumentException(
                    "a secret is given as env:NAME (an environment variable) or file:/path (a file"
                            + " with nothing else in it), never as its value; the value given is"
                            + " not repeated here");
        }
    }

    /**
     * Reads the secret from this process's environment or file system, without the line break that
     * may end a file.
     *
     * @throws IllegalStateException when it is not there or empty
     */
    public String resolve() {
        return resolve(System.getenv());
    }

    String resolve(Map<String, String> environment) {
        String secret =
                reference.startsWith(ENV)
                        ? environment.get(reference.substring(ENV.length()))
                        : read(Path.of(reference.substring(FILE.length())));
        if (secret == null || secret.isEmpty()) {
            throw new IllegalStateException(
                    "no secret at " + reference + ": it is missing or empty in this process");
        }
        return secret;
    }

    /** The reference itself. */
    @Override
    public String toString() {
        return reference;
    }

    private static boolean isAbsolute(String fileReference) {
        return fileReference.startsWith("/", FILE.length()) && fileReference.indexOf('\0') < 0;
    }

    private static String read(Path file) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the secret at " + FILE + file, e);
        }
    }
}
