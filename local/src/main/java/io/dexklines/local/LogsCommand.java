package io.dexklines.local;

import io.dexklines.local.logs.LogTail;
import io.dexklines.local.logs.StackLogs;
import io.dexklines.local.logs.StackLogs.Log;
import io.dexklines.local.pace.Pace;
import io.dexklines.local.stack.StackException;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code klines logs}, which lists or prints the logs of a stack, whether it is up or not. */
@Command(
        name = "logs",
        description = "Prints the last lines of a component's logs, or lists all logs.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LogsCommand implements Callable<Integer> {

    private static final int POLL_MS = 200;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMPONENT",
            description =
                    "Component or log, such as flink or taskmanager-1 (default: list all logs).")
    private String component;

    @Option(
            names = {"-f", "--follow"},
            description = "Print what is appended, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "200",
            description = "Number of lines of each log (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Mixin private StackFolderOption stack;

    @Spec private CommandSpec spec;

    private final Pace pace = Pace.ofSystemClock();

    /** The log whose lines were printed last. */
    private Log printed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lines < 1) {
            throw new ParameterException(spec.commandLine(), "--lines must be positive");
        }
        if (follow && component == null) {
            throw new ParameterException(spec.commandLine(), "--follow needs a COMPONENT");
        }
        StackLogs logs = new StackLogs(stack.folder());
        List<Log> all = logs.all();
        if (all.isEmpty()) {
            throw new StackException(
                    "no logs are in " + stack.folder() + ": `klines up` writes them");
        }
        if (component == null) {
            list(all);
            return ExitCode.OK;
        }
        List<Log> wanted = logs.of(component);
        if (wanted.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no log of %s: choose one of %s".formatted(component, names(all)));
        }
        print(wanted);
        return ExitCode.OK;
    }

    private static String names(List<Log> logs) {
        return logs.stream()
                .flatMap(log -> Stream.of(log.component(), log.name()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private void list(List<Log> all) throws IOException {
        for (Log log : all) {
            print(
                    "%-10s %-16s %8d kB  %s%n"
                            .formatted(
                                    log.component(),
                                    log.name(),
                                    (Files.size(log.file()) + 1023) / 1024,
                                    log.file()));
        }
    }

    private void print(List<Log> wanted) throws IOException, InterruptedException {
        Map<Log, LogTail> tails = new LinkedHashMap<>();
        for (Log log : wanted) {
            tails.put(log, new LogTail(log.file(), lines));
        }
        do {
            boolean isIdle = true;
            for (Map.Entry<Log, LogTail> tail : tails.entrySet()) {
                isIdle &= !printLines(tail.getKey(), tail.getValue(), wanted.size() > 1);
            }
            if (isIdle && follow) {
                pace.awaitMs(pace.nowMs() + POLL_MS);
            }
        } while (follow);
    }

    /** Prints the new lines of a log and returns whether there are any. */
    private boolean printLines(Log log, LogTail tail, boolean withName) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String more = tail.wholeLines(); !more.isEmpty(); more = tail.wholeLines()) {
            text.append(more);
        }
        if (!follow) {
            text.append(tail.incompleteLine());
        }
        if (text.isEmpty()) {
            return false;
        }
        if (withName && !log.equals(printed)) {
            print("==> " + log.file() + " <==\n");
            printed = log;
        }
        print(text.toString());
        return true;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        // texts of trades are in logs
        out.print(PrintableText.ofMessage(text));
        out.flush();
    }
}
