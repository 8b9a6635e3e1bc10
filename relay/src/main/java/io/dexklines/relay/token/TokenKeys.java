package io.dexklines.relay.token;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of the users' tokens: a text with a line {@code kid: secret} for each. All of them are
 * valid; the first one signs. Empty lines and lines that begin with {@code #} are ignored.
 */
public final class TokenKeys {

    private static final int MIN_SECRET_LENGTH = 32;
    private static final int RANDOM_BYTES = 32;
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,64}):[ \\t]*(\\S+)");

    private final Map<String, TokenKey> byId = new LinkedHashMap<>();

    private TokenKeys() {}

    /**
     * Parses the keys.
     *
     * @throws IllegalArgumentException if a line is malformed, a secret has fewer than 32
     *     characters, an id is there twice, or there is no key. The message names the line and
     *     contains nothing of it
     */
    public static TokenKeys parse(String text) {
        TokenKeys keys = new TokenKeys();
        new Lines(text).forEach(keys::add);
        if (keys.byId.isEmpty()) {
            throw new IllegalArgumentException("there is no key, expected lines of `kid: secret`");
        }
        return keys;
    }

    private void add(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "expected `kid: secret`, where a kid consists of 1 to 64 of A-Z a-z 0-9 . _ -"
                            + " and a secret has no spaces");
        }
        String secret = parts.group(2);
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "a secret needs at least " + MIN_SECRET_LENGTH + " characters");
        }
        if (byId.putIfAbsent(parts.group(1), new TokenKey(parts.group(1), secret)) != null) {
            throw new IllegalArgumentException("the kid is there twice");
        }
    }

    /** Returns a line with a random key of 256 bits, with its line break. */
    public static String randomLine(String keyId) {
        byte[] secret = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(secret);
        return keyId + ": " + HexFormat.of().formatHex(secret) + "\n";
    }

    /** Returns the key that signs new tokens. */
    TokenKey first() {
        return byId.values().iterator().next();
    }

    /**
     * Returns the key, null if there is none.
     *
     * @param id may be null
     */
    TokenKey byId(String id) {
        return byId.get(id);
    }

    /** Returns the ids of the keys. */
    @Override
    public String toString() {
        return byId.keySet().toString();
    }
}
