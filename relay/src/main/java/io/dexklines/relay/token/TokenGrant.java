package io.dexklines.relay.token;

import java.time.Instant;

/**
 * What a valid token permits: reading the stream of one user until it expires, its key is removed
 * or it is revoked.
 *
 * @param tokenId the claim {@code jti}
 */
public record TokenGrant(
        String userId, String tokenId, Instant issuedAt, Instant expiresAt, TokenKey key) {}
