package io.dexklines.relay.token;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.exceptions.TokenExpiredException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Decides which tokens permit reading a user's alerts. A token is a JSON Web Token signed with
 * HS256, with the header {@code kid} and the claims {@code sub} (the user id), {@code iat}, {@code
 * exp} and {@code jti}. {@link #reload} reads keys and revocations again, so both can change while
 * the relay runs.
 *
 * <p>Thread-safe, except that only one thread may reload.
 */
public final class UserTokens {

    /** The longest lifetime of a token that a relay accepts by default. */
    public static final Duration MAX_LIFETIME = Duration.ofHours(24);

    private static final String ALGORITHM = "HS256";

    /** By how much the issuer's clock may be ahead. */
    private static final Duration MAX_SKEW = Duration.ofSeconds(60);

    private static final int MAX_TOKEN_LENGTH = 4096;

    /** A token of former versions, which never expired: an HMAC in hexadecimal digits. */
    private static final Pattern FORMER_TOKEN = Pattern.compile("[0-9a-f]{64}");

    private final Reloaded<TokenKeys> keys;
    private final Reloaded<Revocations> revocations;
    private final Duration maxLifetime;
    private final Clock clock;

    /**
     * Reads keys and revocations.
     *
     * @param keys returns the text of {@link TokenKeys}
     * @param revocations returns the text of {@link Revocations}
     * @param maxLifetime the longest time from {@code iat} to {@code exp}
     * @throws RuntimeException if a text cannot be read or is invalid; the message contains no
     *     secret
     */
    public UserTokens(
            Supplier<String> keys,
            Supplier<String> revocations,
            Duration maxLifetime,
            Clock clock) {
        this.keys = new Reloaded<>("the keys of user tokens", keys, TokenKeys::parse);
        this.revocations =
                new Reloaded<>("the revocations of user tokens", revocations, Revocations::parse);
        this.maxLifetime = maxLifetime;
        this.clock = clock;
    }

    /**
     * Reads keys and revocations again. Those that cannot be read stay as they were.
     *
     * @return false if keys or revocations cannot be read
     */
    public boolean reload() {
        boolean keysRead = keys.reload();
        return revocations.reload() && keysRead;
    }

    /**
     * Verifies a token.
     *
     * @param userId the user whose stream is to be read
     * @param token null if there is none
     * @throws TokenRefusedException if the token does not permit that
     */
    public TokenGrant verify(String userId, String token) throws TokenRefusedException {
        TokenGrant grant = decodeAndVerify(token);
        if (!grant.userId().equals(userId)) {
            throw new TokenRefusedException(TokenRefusal.OTHER_USER);
        }
        requireValid(grant);
        return grant;
    }

    /**
     * Verifies a token of any user.
     *
     * @param token null if there is none
     * @return the grant, which says whose the token is
     * @throws TokenRefusedException if the token permits nothing
     */
    public TokenGrant verify(String token) throws TokenRefusedException {
        TokenGrant grant = decodeAndVerify(token);
        requireValid(grant);
        return grant;
    }

    private void requireValid(TokenGrant grant) throws TokenRefusedException {
        Optional<TokenRefusal> refusal = refusalOf(grant);
        if (refusal.isPresent()) {
            throw new TokenRefusedException(refusal.get());
        }
    }

    private TokenGrant decodeAndVerify(String token) throws TokenRefusedException {
        if (token == null) {
            throw new TokenRefusedException(TokenRefusal.MISSING);
        }
        DecodedJWT decoded = decode(token);
        TokenKey key = keys.get().byId(decoded.getKeyId());
        if (key == null) {
            throw new TokenRefusedException(TokenRefusal.UNKNOWN_KEY);
        }
        verify(decoded, key);
        if (isBlank(decoded.getSubject())
                || isBlank(decoded.getId())
                || decoded.getIssuedAt() == null
                || decoded.getExpiresAt() == null) {
            throw new TokenRefusedException(TokenRefusal.CLAIMS);
        }
        TokenGrant grant =
                new TokenGrant(
                        decoded.getSubject(),
                        decoded.getId(),
                        decoded.getIssuedAtAsInstant(),
                        decoded.getExpiresAtAsInstant(),
                        key);
        if (grant.expiresAt().isAfter(grant.issuedAt().plus(maxLifetime))) {
            throw new TokenRefusedException(TokenRefusal.LIFETIME);
        }
        return grant;
    }

    /** Returns why a grant is no longer valid; empty while it is. */
    public Optional<TokenRefusal> refusalOf(TokenGrant grant) {
        if (!grant.key().equals(keys.get().byId(grant.key().id()))) {
            return Optional.of(TokenRefusal.UNKNOWN_KEY);
        }
        if (revocations.get().contains(grant)) {
            return Optional.of(TokenRefusal.REVOKED);
        }
        return clock.instant().isBefore(grant.expiresAt())
                ? Optional.empty()
                : Optional.of(TokenRefusal.EXPIRED);
    }

    private static DecodedJWT decode(String token) throws TokenRefusedException {
        if (FORMER_TOKEN.matcher(token).matches()) {
            throw new TokenRefusedException(TokenRefusal.FORMER);
        }
        if (token.length() > MAX_TOKEN_LENGTH) {
            throw new TokenRefusedException(TokenRefusal.MALFORMED);
        }
        DecodedJWT decoded;
        try {
            decoded = JWT.decode(token);
        } catch (RuntimeException e) {
            // the library throws others than its own for numbers that are no times
            throw new TokenRefusedException(TokenRefusal.MALFORMED);
        }
        if (!ALGORITHM.equals(decoded.getAlgorithm())) {
            throw new TokenRefusedException(TokenRefusal.ALGORITHM);
        }
        // extensions that must be understood, and are not
        if (!decoded.getHeaderClaim("crit").isMissing()) {
            throw new TokenRefusedException(TokenRefusal.MALFORMED);
        }
        return decoded;
    }

    /** Verifies the signature, and those of the times that are there. */
    private void verify(DecodedJWT decoded, TokenKey key) throws TokenRefusedException {
        var verification =
                (JWTVerifier.BaseVerification)
                        JWT.require(key.algorithm())
                                .acceptLeeway(MAX_SKEW.toSeconds())
                                .acceptExpiresAt(0);
        try {
            verification.build(clock).verify(decoded);
        } catch (SignatureVerificationException e) {
            throw new TokenRefusedException(TokenRefusal.SIGNATURE);
        } catch (TokenExpiredException e) {
            throw new TokenRefusedException(TokenRefusal.EXPIRED);
        } catch (JWTVerificationException e) {
            // of the claims, only iat and nbf are compared besides exp
            throw new TokenRefusedException(TokenRefusal.NOT_YET_VALID);
        }
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
