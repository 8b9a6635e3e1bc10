package io.dexklines.relay.subscribe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that let users read their own alerts: HMAC-SHA256 of the user id in UTF-8 under a
 * secret that the relay shares with whoever hands them out, in lower-case hex.
 */
public final class UserTokens {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_SECRET_LENGTH = 16;

    private final SecretKeySpec key;

    /**
     * @throws IllegalArgumentException if the secret has fewer than 16 characters
     */
    public UserTokens(String secret) {
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "the secret of the users' tokens needs at least "
                            + MIN_SECRET_LENGTH
                            + " characters");
        }
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The token of that user. */
    public String tokenOf(String userId) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(userId.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * Whether {@code token} is that user's. Takes the same time however much of it is right.
     *
     * @param token null if none was given
     */
    boolean admits(String userId, String token) {
        return token != null
                && MessageDigest.isEqual(
                        tokenOf(userId).getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }
}
