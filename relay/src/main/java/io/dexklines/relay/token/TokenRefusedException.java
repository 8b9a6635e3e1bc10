package io.dexklines.relay.token;

/** Thrown if a token does not permit reading a user's stream. */
public final class TokenRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final TokenRefusal refusal;

    public TokenRefusedException(TokenRefusal refusal) {
        // no stack trace, since clients can cause any number of these
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    public TokenRefusal refusal() {
        return refusal;
    }
}
