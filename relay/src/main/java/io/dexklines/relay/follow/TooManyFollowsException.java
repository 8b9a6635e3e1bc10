package io.dexklines.relay.follow;

/** Thrown if a user would follow more wallets than a relay permits. */
public final class TooManyFollowsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyFollowsException(int max) {
        super("you follow " + max + " wallets already, which is the most");
    }
}
