package io.dexklines.relay.history;

/** Thrown if a store does not answer or is not configured. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message is shown to the client
     * @param cause may be null
     */
    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
