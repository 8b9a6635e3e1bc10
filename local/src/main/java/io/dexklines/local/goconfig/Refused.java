package io.dexklines.local.goconfig;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;

/**
 * Says why a YAML file cannot be imported. The message names a key or a line and never repeats a
 * value that may be a secret. There is no cause, because messages of the parser repeat the line.
 */
final class Refused extends CommandFailure {

    private static final long serialVersionUID = 1L;

    Refused(String message) {
        super(ExitStatus.USAGE, message);
    }
}
