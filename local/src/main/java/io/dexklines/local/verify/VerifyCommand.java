package io.dexklines.local.verify;

import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code klines verify}: 0 if all is well, 1 if not or if nothing could be verified, 2 if it was
 * called wrongly.
 */
@Command(
        name = "verify",
        description = {
            "Recomputes every kline from the topics, by a path that shares nothing with the job's,"
                    + " and compares MySQL, Redis and the relay with that and with each other.",
            "",
            "Every entry of every record is accounted for: as counted, or as excluded with a reason"
                    + " that applies. Whether a trade was late depends on when the job read it, so"
                    + " the topic of excluded trades is believed where a trade can have been late."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "It may run while trades come in, and does not stop them. The ledger is that of one"
                    + " cut through the topics: what a checkpoint covers that came after the"
                    + " beginning. A kline in a sink is right if it is that of this cut or of any"
                    + " later moment: then the topics are read again, up to what another checkpoint"
                    + " covers, and every place between the two is tried. What is still wrong is"
                    + " looked at again, and counts when it has been wrong for --settle seconds."
                    + " In the relay, only the newest kline of each stream is looked at; one that"
                    + " had no trade since the job was started need not be there. A kline that MySQL"
                    + " refused for its content is not lost: the topic of refused klines has it, and"
                    + " the line of MySQL says how many there are.",
            "",
            "Klines are compared from the first on that was whole for the job: an interval that was"
                    + " added to it begins with its next kline, a job that was started at an"
                    + " instant there. The topics must still hold everything since then, or since"
                    + " the sinks were empty. A trade takes about 300 bytes of memory.",
            "",
            "The last line reads",
            "  VERDICT compared=N lost=N duplicated=N mismatched=N ledger=balanced",
            "with `ledger=off by N` where entries are missing or too many. Exits with 0 only if"
                    + " nothing is wrong."
        })
public final class VerifyCommand implements Callable<Integer> {

    private static final long MAX_SETTLE_SECONDS = 3600;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Where the stack keeps its state (default: .klines in the project).")
    private Path folder;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long something must be wrong to count (default: ${DEFAULT-VALUE}).")
    private long settleSeconds;

    @Spec private CommandSpec spec;

    private final Path defaultFolder;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    /**
     * @param defaultFolder of the stack, unless another is named
     */
    public VerifyCommand(Path defaultFolder) {
        this(defaultFolder, System.out, System.err, System.console() != null);
    }

    VerifyCommand(Path defaultFolder, PrintStream out, PrintStream err, boolean onTerminal) {
        this.defaultFolder = defaultFolder;
        this.out = out;
        this.err = err;
        this.onTerminal = onTerminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (settleSeconds < 0 || settleSeconds > MAX_SETTLE_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--settle is 0 to " + MAX_SETTLE_SECONDS + ", not " + settleSeconds);
        }
        Path stackFolder = folder == null ? defaultFolder : folder.toAbsolutePath().normalize();
        Optional<RunningStack> running = RunningStack.in(stackFolder);
        if (running.isEmpty()) {
            return failed("no stack is up in " + stackFolder + ": start one with `klines up`");
        }
        try {
            return verify(running.get(), JobShape.in(stackFolder));
        } catch (VerificationException e) {
            return failed(e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            return failed("the job's configuration: " + e.getMessage());
        }
    }

    private int verify(RunningStack running, JobShape shape) throws InterruptedException {
        Verdict verdict;
        try (VerifyProgress progress =
                onTerminal ? VerifyProgress.asBar(err) : VerifyProgress.inLines(err)) {
            verdict = Verification.run(running, shape, Duration.ofSeconds(settleSeconds), progress);
        }
        verdict.lines().forEach(out::println);
        out.flush();
        return verdict.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int failed(String why) {
        err.println("verify: " + why);
        return ExitCode.SOFTWARE;
    }
}
