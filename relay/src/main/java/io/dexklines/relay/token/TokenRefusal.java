package io.dexklines.relay.token;

import java.util.Locale;

/**
 * The reasons for which a token does not, or no longer, permit reading a user's stream. Messages
 * are shown to clients and contain nothing of a token or a key.
 */
public enum TokenRefusal {
    NO_KEYS("this relay accepts no user tokens, since it has no keys"),
    MISSING("needs a token of that user"),
    FORMER("tokens of this form are no longer accepted, a JSON Web Token is needed"),
    MALFORMED("the token is not a JSON Web Token"),
    ALGORITHM("the token is signed with another algorithm than HS256"),
    UNKNOWN_KEY("the relay does not have the token's key (kid)"),
    SIGNATURE("the signature of the token is wrong"),
    CLAIMS("the token needs the claims sub, iat, exp and jti"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet, its iat or nbf is in the future"),
    LIFETIME("the token is valid for longer than this relay permits"),
    OTHER_USER("the token is another user's"),
    REVOKED("the token was revoked");

    private final String message;

    TokenRefusal(String message) {
        this.message = message;
    }

    /** Returns a sentence without its full stop. */
    public String message() {
        return message;
    }

    /** Returns the name in metrics and events, such as {@code unknown_key}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
