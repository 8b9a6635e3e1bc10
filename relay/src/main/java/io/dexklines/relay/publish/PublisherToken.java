package io.dexklines.relay.publish;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The secret that publishers share with the relay. */
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
     * Whether the header is {@code Bearer} and the token. Takes the same time however much of it is
     * right.
     *
     * @param authorization the header's value, null if it is missing
     */
    boolean admits(String authorization) {
        return authorization != null
                && authorization.startsWith(BEARER)
                && MessageDigest.isEqual(digest, sha256(authorization.substring(BEARER.length())));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
