package io.dexklines.relay.token;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The revoked tokens: a text with one revocation in each line, any of
 *
 * <ul>
 *   <li>{@code user alice 2026-01-31T12:00:00Z}: what was issued to the user until then,
 *   <li>{@code all 2026-01-31T12:00:00Z}: what was issued to anybody until then,
 *   <li>{@code token 0b4f…}: the token with that {@code jti}.
 * </ul>
 *
 * <p>Tokens issued in the very second of a revocation are revoked, since {@code iat} is a whole
 * number of seconds. Empty lines and lines that begin with {@code #} are ignored.
 */
public final class Revocations {

    private final Map<String, Instant> byUser = new HashMap<>();
    private final Set<String> tokenIds = new HashSet<>();
    private Instant ofAll = Instant.MIN;

    private Revocations() {}

    /**
     * Parses the revocations.
     *
     * @throws IllegalArgumentException if a line is malformed, naming its number
     */
    public static Revocations parse(String text) {
        Revocations revocations = new Revocations();
        new Lines(text).forEach(revocations::add);
        return revocations;
    }

    /** Returns the line that revokes what was issued to a user until now, with its line break. */
    public static String lineOfUser(String userId, Instant now) {
        return "user " + userId + " " + now.truncatedTo(ChronoUnit.SECONDS) + "\n";
    }

    private void add(String line) {
        String[] words = line.split("\\s+");
        if (words.length == 3 && words[0].equals("user")) {
            byUser.merge(words[1], time(words[2]), Revocations::later);
        } else if (words.length == 2 && words[0].equals("all")) {
            ofAll = later(ofAll, time(words[1]));
        } else if (words.length == 2 && words[0].equals("token")) {
            tokenIds.add(words[1]);
        } else {
            throw new IllegalArgumentException(
                    "expected `user ID TIME`, `all TIME` or `token JTI`");
        }
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    boolean contains(TokenGrant grant) {
        Instant until = later(ofAll, byUser.getOrDefault(grant.userId(), Instant.MIN));
        return !grant.issuedAt().isAfter(until) || tokenIds.contains(grant.tokenId());
    }

    /** Returns how many revocations there are. */
    @Override
    public String toString() {
        int lines = byUser.size() + tokenIds.size() + (ofAll.equals(Instant.MIN) ? 0 : 1);
        return Integer.toString(lines);
    }
}
