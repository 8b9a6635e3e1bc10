package io.dexklines.relay.history;

/** A store does not answer, or is not there at all. */
public final class StoreAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message may be shown to whoever asked
     * @param cause null if there is none
     */
    public StoreAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
