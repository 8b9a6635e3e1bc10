package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a secret is found, never the secret itself: this object travels in the job graph, and is
 * resolved on the TaskManager each time a writer opens.
 *
 * <p>A lambda must not capture the secret. The two sources offered here hold a name or a path only.
 */
@FunctionalInterface
public interface RedisSecret extends Serializable {

    /**
     * The secret.
     *
     * @throws IOException naming the place, never a value, when there is none
     */
    String resolve() throws IOException;

    /** The value of an environment variable of the TaskManager. */
    static RedisSecret fromEnvironment(String variable) {
        return () -> {
            String value = System.getenv(variable);
            if (value == null || value.isEmpty()) {
                throw new IOException(
                        "the environment variable "
                                + variable
                                + " that should hold a secret for Redis is not set");
            }
            return value;
        };
    }

    /** The content of a UTF-8 file on the TaskManager, without the line end it may close with. */
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
                        "the file " + path + " that should hold a secret for Redis is empty");
            }
            return value;
        };
    }

    /**
     * The secret behind a reference written in a text, {@code env:NAME} or {@code file:/path}.
     *
     * @throws IllegalArgumentException when it is neither, without quoting it: it may be the secret
     *     itself
     */
    static RedisSecret reference(String reference) {
        if (reference.startsWith("env:") && reference.length() > "env:".length()) {
            return fromEnvironment(reference.substring("env:".length()));
        }
        if (reference.startsWith("file:/")) {
            return fromFile(reference.substring("file:".length()));
        }
        throw new IllegalArgumentException(
                "a secret is given by reference, as env:NAME or file:/path, never as such: it would"
                        + " stand in the job graph");
    }
}
