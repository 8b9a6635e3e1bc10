package io.dexklines.access.proxy;

import io.dexklines.secret.SecretReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens by which a browser logs in once, within ten minutes. Whoever has the secret can issue one,
 * without asking the proxy. Thread-safe.
 */
public final class LoginLinks {

    /** How long a link can be used. */
    static final Duration VALIDITY = Duration.ofMinutes(10);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TIME_BYTES = Long.BYTES;
    private static final int NONCE_BYTES = 16;
    private static final int SIGNED_BYTES = TIME_BYTES + NONCE_BYTES;
    private static final int TOKEN_BYTES = SIGNED_BYTES + 32;

    private final SecretKeySpec key;
    private final Clock clock;
    private final long startedMs;
    private final SecureRandom random = new SecureRandom();

    /** The tokens that were used, with the time until which they would be valid. */
    private final Map<ByteBuffer, Long> used = new HashMap<>();

    /**
     * @param secret of which this object reads the current value once
     */
    public LoginLinks(SecretReference secret, Clock clock) {
        this.key = new SecretKeySpec(secret.resolve().getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.clock = clock;
        this.startedMs = clock.millis();
    }

    /**
     * Returns a link that logs in.
     *
     * @param address of the proxy, {@code http://host:port}
     */
    public String link(String address) {
        return address + "/#token=" + token();
    }

    String token() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] signed =
                ByteBuffer.allocate(SIGNED_BYTES).putLong(clock.millis()).put(nonce).array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        ByteBuffer.allocate(TOKEN_BYTES).put(signed).put(mac(signed)).array());
    }

    /**
     * Uses up a token. Returns whether it was valid. A token from before this object was created is
     * not, since it may have been used.
     */
    synchronized boolean redeem(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (bytes.length != TOKEN_BYTES) {
            return false;
        }
        byte[] signed = new byte[SIGNED_BYTES];
        byte[] mac = new byte[TOKEN_BYTES - SIGNED_BYTES];
        ByteBuffer.wrap(bytes).get(signed).get(mac);
        long nowMs = clock.millis();
        long issuedMs = ByteBuffer.wrap(signed).getLong();
        long untilMs = issuedMs + VALIDITY.toMillis();
        used.values().removeIf(until -> until < nowMs);
        return MessageDigest.isEqual(mac, mac(signed))
                && issuedMs >= startedMs
                && nowMs <= untilMs
                && used.putIfAbsent(ByteBuffer.wrap(signed), untilMs) == null;
    }

    private byte[] mac(byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
