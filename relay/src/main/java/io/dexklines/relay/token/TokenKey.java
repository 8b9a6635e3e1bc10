package io.dexklines.relay.token;

import com.auth0.jwt.algorithms.Algorithm;
import java.nio.charset.StandardCharsets;

/**
 * A key that signs tokens with HS256.
 *
 * @param id the key id, which is the header {@code kid} of the tokens
 * @param secret the text whose UTF-8 bytes are the key
 */
public record TokenKey(String id, String secret) {

    /** Returns HS256 with this key. */
    Algorithm algorithm() {
        return Algorithm.HMAC256(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the id, since texts of objects end in logs. */
    @Override
    public String toString() {
        return id;
    }
}
