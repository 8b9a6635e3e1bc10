package io.dexklines.relay.follow;

/** Thrown if follows can neither be read nor changed at the moment. */
public final class FollowsUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message is shown to the client
     * @param cause may be null
     */
    public FollowsUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
