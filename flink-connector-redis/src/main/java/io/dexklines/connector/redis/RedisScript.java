package io.dexklines.connector.redis;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A Lua script. The sink calls it by its digest ({@code EVALSHA}). If the server does not know the
 * digest, as after a restart or {@code SCRIPT FLUSH}, the sink sends the text ({@code EVAL}). The
 * script need not be loaded in advance.
 *
 * <p>In a cluster, all keys of a call have to be in one slot. Use a hash tag, as in {@code
 * price:{EUR}}.
 */
public final class RedisScript implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final String digest;

    private RedisScript(String text) {
        this.text = text;
        this.digest = sha1(text);
    }

    /**
     * Creates a script from its text.
     *
     * @throws IllegalArgumentException if the text is blank
     */
    public static RedisScript of(String text) {
        Objects.requireNonNull(text, "text");
        if (text.isBlank()) {
            throw new IllegalArgumentException("the text of a script is blank");
        }
        return new RedisScript(text);
    }

    public String text() {
        return text;
    }

    /** Returns the SHA-1 of the text in lower-case hexadecimal, as {@code EVALSHA} expects it. */
    public String digest() {
        return digest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedisScript that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "script " + digest;
    }

    private static String sha1(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}
