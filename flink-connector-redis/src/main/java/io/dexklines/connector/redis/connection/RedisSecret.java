package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A reference to a secret. It is part of the job graph and must not contain the secret itself. The
 * TaskManager resolves it each time a writer opens.
 *
 * <p>A lambda must not capture the secret. The references created here contain only the name of an
 * environment variable or the path of a file.
 */
@FunctionalInterface
public interface RedisSecret extends Serializable {

    /**
     * Returns the secret.
     *
     * @throws IOException if there is no secret; the message names the variable or file, and never
     *     contains a value
     */
    String resolve() throws IOException;

    /** References an environment variable of the TaskManager. */
    static RedisSecret fromEnvironment(String variable) {
        return () -> {
            String value = System.getenv(variable);
            if (value == null || value.isEmpty()) {
                throw new IOException(
                        "the environment variable "
                                + variable
                                + " that should contain a secret for Redis is not set");
            }
            return value;
        };
    }

    /** References a UTF-8 file on the TaskManager. Trailing white space is ignored. */
    static RedisSecret fromFile(String path) {
        return () -> {
            String value;
            try {
                value = Files.readString(Path.of(path)).stripTrailing();
            } catch (IOException e) {
                throw new IOException("cannot read a secret for Redis from the file " + path, e);
            }
            if (value.isEmpty()) {
                throw new IOException(
                        "the file " + path + " that should contain a secret for Redis is empty");
            }
            return value;
        };
    }

    /**
     * Parses a reference, {@code env:NAME} or {@code file:/path}.
     *
     * @throws IllegalArgumentException if it is neither; the message does not quote the text, which
     *     may be the secret itself
     */
    static RedisSecret reference(String reference) {
        if (reference.startsWith("env:") && reference.length() > "env:".length()) {
            return fromEnvironment(reference.substring("env:".length()));
        }
        if (reference.startsWith("file:/")) {
            return fromFile(reference.substring("file:".length()));
        }
        throw new IllegalArgumentException(
                "a secret must be given by reference, as env:NAME or file:/path; the secret itself"
                        + " would be visible in the job graph");
    }
}
