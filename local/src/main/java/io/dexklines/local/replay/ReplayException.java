package io.dexklines.local.replay;

/** A failed replay. The message tells the user why, and how many records were acknowledged. */
public final class ReplayException extends Exception {

    private static final long serialVersionUID = 1L;

    ReplayException(String message, Throwable cause) {
        super(message, cause);
    }
}
