package io.dexklines.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says where a secret is: {@code env:NAME} or {@code file:/path}. Secrets themselves are never
 * given as arguments, which others can read.
 */
final class SecretReference {

    private static final String ENV = "env:";
    private static final String FILE = "file:";

    private SecretReference() {}

    /**
     * The secret, without white space around it.
     *
     * @throws IllegalArgumentException if the reference is none, or leads to nothing
     */
    static String resolve(String reference) {
        if (reference.startsWith(ENV)) {
            String name = reference.substring(ENV.length());
            return required(System.getenv(name), "the environment variable " + name);
        }
        if (reference.startsWith(FILE)) {
            String path = reference.substring(FILE.length());
            try {
                return required(Files.readString(Path.of(path)), "the file " + path);
            } catch (IOException e) {
                throw new IllegalArgumentException("can't read the secret's file " + path, e);
            }
        }
        throw new IllegalArgumentException(
                "a secret is given as env:NAME or file:/path, never as such");
    }

    private static String required(String secret, String place) {
        if (secret == null || secret.isBlank()) {
            throw new IllegalArgumentException(place + " holds no secret");
        }
        return secret.strip();
    }
}
