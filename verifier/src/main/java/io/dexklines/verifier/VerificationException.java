package io.dexklines.verifier;

import picocli.CommandLine.IExitCodeGenerator;

/**
 * A verification that cannot be carried out. The message is for the user. The exit status is that
 * of {@code klines} for a server that cannot be reached or refuses, or for a file or secret that
 * this machine lacks.
 */
public final class VerificationException extends RuntimeException implements IExitCodeGenerator {

    private static final long serialVersionUID = 1L;

    private static final int MACHINE = 3;
    private static final int SERVER = 4;

    private final int exitStatus;

    /** Creates an exception for a server that cannot be reached or refuses. */
    VerificationException(String message) {
        this(message, null, SERVER);
    }

    /** Creates an exception for a server that cannot be reached or refuses. */
    VerificationException(String message, Throwable cause) {
        this(message, cause, SERVER);
    }

    private VerificationException(String message, Throwable cause, int exitStatus) {
        super(message, cause);
        this.exitStatus = exitStatus;
    }

    /** Returns an exception for a file or secret that this machine lacks. */
    static VerificationException ofThisMachine(String message, Throwable cause) {
        return new VerificationException(message, cause, MACHINE);
    }

    @Override
    public int getExitCode() {
        return exitStatus;
    }
}
