package io.dexklines.verifier;

/** Thrown if the verification cannot be carried out. Its message is for the user. */
public final class VerificationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VerificationException(String message) {
        super(message);
    }

    VerificationException(String message, Throwable cause) {
        super(message, cause);
    }
}
