package io.dexklines.secret;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A reference to a secret: {@code env:NAME} or {@code file:/path}. The reference may appear in job
 * graphs, logs and web pages. {@link #resolve()} reads the secret in the process that uses it, such
 * as a TaskManager.
 *
 * @param reference {@code env:NAME}, or {@code file:} and an absolute path
 */
public record SecretReference(String reference) implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String ENV = "env:";
    private static final String FILE = "file:";

    /**
     * @throws IllegalArgumentException if the text is not a reference; the message does not contain
     *     the text, which may be the secret itself
     */
    public SecretReference {
        boolean env = reference.matches("env:[A-Za-z_][A-Za-z0-9_]*");
        boolean file = reference.startsWith(FILE) && isAbsolute(reference);
        if (!env && !file) {
            throw new IllegalArgumentException(
                    "a secret must be given as env:NAME (an environment variable) or file:/path (a"
                            + " file that contains only the secret), not as its value; the given"
                            + " text is not shown because it may be the secret");
        }
    }

    /**
     * Reads the secret from the environment or file system of this process. White space at the end
     * of a file is not part of the secret.
     *
     * @throws IllegalStateException if the secret is missing or empty
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

    /** Returns the reference. */
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
