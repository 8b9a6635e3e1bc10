package io.dexklines.relay.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** Tokens of users with keys, revocations and a clock that a test sets. */
public final class TestTokens {

    public static final String OLD_KEY = "old: 0123456789abcdef0123456789abcdef\n";
    public static final String NEW_KEY = "new: fedcba9876543210fedcba9876543210\n";

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-31T12:00:00Z"));
    private final AtomicReference<String> keys = new AtomicReference<>(OLD_KEY);
    private final AtomicReference<String> revocations = new AtomicReference<>("");

    private final Clock clock =
            new Clock() {
                @Override
                public Instant instant() {
                    return now.get();
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    throw new UnsupportedOperationException();
                }
            };

    private final UserTokens tokens =
            new UserTokens(keys::get, revocations::get, UserTokens.MAX_LIFETIME, clock);

    /** Returns what is under test. It sees new keys and revocations after a reload. */
    public UserTokens tokens() {
        return tokens;
    }

    public Instant now() {
        return now.get();
    }

    public void advance(Duration duration) {
        now.updateAndGet(before -> before.plus(duration));
    }

    /** Changes the text of the keys. */
    public void keys(String text) {
        keys.set(text);
    }

    /** Changes the text of the revocations. */
    public void revocations(String text) {
        revocations.set(text);
    }

    /** Returns a token of the user for one hour, signed with the first key of the text. */
    public String issue(String userId) {
        return new TokenIssuer(TokenKeys.parse(keys.get()), clock)
                .issue(userId, TokenIssuer.LIFETIME);
    }

    /** Returns the claims of a token that is valid for an hour. */
    JWTCreator.Builder claims(String userId) {
        return JWT.create()
                .withKeyId("old")
                .withSubject(userId)
                .withIssuedAt(now())
                .withExpiresAt(now().plus(TokenIssuer.LIFETIME))
                .withJWTId("a token");
    }

    /** Returns the token with these claims, signed with the old key. */
    static String signed(JWTCreator.Builder claims) {
        return claims.sign(TokenKeys.parse(OLD_KEY).first().algorithm());
    }
}
