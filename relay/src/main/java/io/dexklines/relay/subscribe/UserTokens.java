package io.dexklines.relay.subscribe;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The tokens with which users read their own alerts. A token is the HMAC-SHA256 of the user id in
 * UTF-8, in lower-case hexadecimal digits. The relay shares the key with the issuer of the tokens.
 */
public final class UserTokens {

    private static final int MIN_SECRET_LENGTH = 16;

    private final HashFunction hmac;

    /**
     * @param secret the key
     * @throws IllegalArgumentException if the secret has fewer than 16 characters
     */
    public UserTokens(String secret) {
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "the secret of the users' tokens needs at least "
                            + MIN_SECRET_LENGTH
                            + " characters");
        }
        this.hmac = Hashing.hmacSha256(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the token of a user. */
    public String tokenOf(String userId) {
        return hmac.hashString(userId, StandardCharsets.UTF_8).toString();
    }

    /**
     * Returns whether {@code token} is the user's, in constant time.
     *
     * @param token may be null
     */
    boolean admits(String userId, String token) {
        return token != null
                && MessageDigest.isEqual(
                        tokenOf(userId).getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }
}
