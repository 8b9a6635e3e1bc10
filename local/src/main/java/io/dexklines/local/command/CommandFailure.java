package io.dexklines.local.command;

import picocli.CommandLine.IExitCodeGenerator;

/**
 * A failure of a command that the user can understand without a stack trace. The message says what
 * failed, why, and what to do, in one to three short lines.
 */
public class CommandFailure extends RuntimeException implements IExitCodeGenerator {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    /**
     * @param status the exit status of the command; not {@link ExitStatus#OK}
     */
    public CommandFailure(ExitStatus status, String message) {
        this(status, message, null);
    }

    /**
     * @param status the exit status of the command; not {@link ExitStatus#OK}
     * @param cause printed with {@code --debug} only; null for none
     */
    public CommandFailure(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    @Override
    public final int getExitCode() {
        return status.code();
    }
}
