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
}
