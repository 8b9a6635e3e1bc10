package io.dexklines.local.command;

import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The form of all errors of the command line: {@code klines: what, why, what to do} on stderr, in
 * one to three short lines, and one of the exit statuses of {@link ExitStatus}. A stack trace
 * follows with {@code --debug} only.
 */
public final class CommandErrors {

    /** The beginning of every error. */
    public static final String PREFIX = "klines: ";

    private static final String DEBUG = "--debug";

    private static volatile boolean shuttingDown;

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> shuttingDown = true, "silence-errors"));
    }

    private CommandErrors() {}

    /**
     * Makes a command and its subcommands report errors in this form. Adds the option {@code
     * --debug} to all of them, and the exit statuses to their help. A command that gives a status a
     * meaning of its own keeps that meaning.
     *
     * @param command complete, with all its subcommands
     * @return the given command
     */
    public static CommandLine install(CommandLine command) {
        command.getCommandSpec()
                .addOption(
                        OptionSpec.builder(DEBUG)
                                .type(boolean.class)
                                .arity("0")
                                .scopeType(ScopeType.INHERIT)
                                .description("Print the stack trace of an error.")
                                .build());
        describeExitStatuses(command);
        return command.setParameterExceptionHandler(CommandErrors::reportUsage)
                .setExecutionExceptionHandler(CommandErrors::report);
    }

    private static void describeExitStatuses(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        Map<String, String> meanings = new TreeMap<>(ExitStatus.meanings());
        meanings.putAll(usage.exitCodeList());
        usage.exitCodeListHeading("%nExit status:%n").exitCodeList(meanings);
        command.getSubcommands().values().forEach(CommandErrors::describeExitStatuses);
    }

    private static int reportUsage(ParameterException e, String[] arguments) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        StringBuilder text = new StringBuilder();
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            text.append("unexpected argument: '")
                    .append(String.join("', '", unmatched.getUnmatched()))
                    .append('\'');
        } else {
            text.append(uncapitalized(e.getMessage()));
        }
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                text.append("\nDid you mean ").append(String.join(" or ", suggestions)).append('?');
            }
        }
        text.append("\nTry `").append(command.qualifiedName()).append(" --help`");
        print(e.getCommandLine(), text.toString(), e, List.of(arguments));
        return ExitStatus.USAGE.code();
    }

    private static int report(Exception e, CommandLine command, ParseResult parsed) {
        Exception reported = e instanceof UncheckedIOException ? (IOException) e.getCause() : e;
        if (shuttingDown) {
            // a command that Ctrl-C stops fails, which is no news
            return ExitStatus.MACHINE.code();
        }
        print(command, textOf(reported), e, parsed.expandedArgs());
        if (reported instanceof IExitCodeGenerator failure) {
            return failure.getExitCode();
        }
        return reported instanceof ConnectException || reported instanceof UnknownHostException
                ? ExitStatus.SERVER.code()
                : ExitStatus.MACHINE.code();
    }

    private static String textOf(Exception e) {
        if (e instanceof IExitCodeGenerator) {
            return e.getMessage();
        }
        if (e instanceof IOException io) {
            return reason(io);
        }
        return "unexpected error: %s%nRun the command again with %s for the stack trace"
                .formatted(e, DEBUG);
    }

    /** Returns why reading or writing failed, with the name of the file if there is one. */
    public static String reason(IOException e) {
        if (!(e instanceof FileSystemException file) || file.getFile() == null) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
        String why;
        if (e instanceof NoSuchFileException) {
            why = "no such file or folder";
        } else if (e instanceof AccessDeniedException) {
            why = "permission denied";
        } else if (e instanceof FileAlreadyExistsException) {
            why = "it exists already";
        } else {
            why = file.getReason();
        }
        return file.getFile() + ": " + why;
    }

    private static void print(CommandLine command, String text, Exception e, List<String> given) {
        PrintWriter err = command.getErr();
        err.println(PrintableText.ofMessage(PREFIX + text));
        if (given.contains(DEBUG)) {
            e.printStackTrace(err);
        }
        err.flush();
    }

    /** Returns the text without its capital letter, unless an abbreviation begins with it. */
    private static String uncapitalized(String text) {
        boolean word =
                text.length() > 1
                        && Character.isUpperCase(text.charAt(0))
                        && Character.isLowerCase(text.charAt(1));
        return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
    }
}
