package io.dexklines.local;

import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StartException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Errors that users can mend are told in their own words, without a stack trace. */
final class OneLineErrors implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(
            Exception e, CommandLine commandLine, ParseResult parseResult) throws Exception {
        if (e instanceof Stack.Refused || e instanceof StartException) {
            commandLine.getErr().println("klines: " + e.getMessage());
            commandLine.getErr().flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw e;
    }
}
