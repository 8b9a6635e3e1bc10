package io.dexklines.local.stack;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;

/** A failure to start, stop or use the processes and files of a stack on this machine. */
public final class StackException extends CommandFailure {

    private static final long serialVersionUID = 1L;

    public StackException(String message) {
        super(ExitStatus.MACHINE, message);
    }

    public StackException(String message, Throwable cause) {
        super(ExitStatus.MACHINE, message, cause);
    }
}
