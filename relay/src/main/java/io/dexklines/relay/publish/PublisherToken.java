package io.dexklines.relay.publish;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The secret that publishers share with the relay. Only its hash is kept. */
public final class PublisherToken {

    private static final String BEARER = "Bearer ";

    private final byte[] digest;

    /**
     * @throws IllegalArgumentException if the token is blank
     */
    public PublisherToken(String token) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("the publisher token is empty");
        }
        this.digest = sha256(token);
    }

    /**
     * Returns whether the header contains {@code Bearer} and the token. Compares in constant time.
     *
     * @param authorization the value of the header, null if it is missing
     */
    boolean admits(String authorization) {
        return authorization != null
                && authorization.startsWith(BEARER)
                && MessageDigest.isEqual(digest, sha256(authorization.substring(BEARER.length())));
    }

    private static byte[] sha256(String text) {
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).asBytes();
    }
}
