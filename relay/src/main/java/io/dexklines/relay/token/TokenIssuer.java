package io.dexklines.relay.token;

import com.auth0.jwt.JWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Issues tokens that {@link UserTokens} with the same keys accept. */
public final class TokenIssuer {

    /** How long a token is valid by default. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    private final TokenKeys keys;
    private final Clock clock;

    /**
     * @param keys the first one signs
     */
    public TokenIssuer(TokenKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Returns a token with which the user can read alerts for the given time. */
    public String issue(String userId, Duration lifetime) {
        TokenKey key = keys.first();
        Instant now = clock.instant();
        return JWT.create()
                .withKeyId(key.id())
                .withSubject(userId)
                .withIssuedAt(now)
                .withExpiresAt(now.plus(lifetime))
                .withJWTId(UUID.randomUUID().toString())
                .sign(key.algorithm());
    }
}
