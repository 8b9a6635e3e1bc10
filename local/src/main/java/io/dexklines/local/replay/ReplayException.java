package io.dexklines.local.replay;

/** A replay that did not reach its end; the message says in a sentence why, and how far it came. */
public final class ReplayException extends Exception {

    private static final long serialVersionUID = 1L;

    ReplayException(String message, Throwable cause) {
        super(message, cause);
    }
}
