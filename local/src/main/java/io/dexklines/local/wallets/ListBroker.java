package io.dexklines.local.wallets;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands of the lists share: the broker, and how errors are told. */
final class ListBroker {

    /** What the relay takes in the name of a stream. */
    private static final Pattern USER = Pattern.compile("[!-~&&[^\"\\\\/@]]{1,128}");

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The broker (default: the one of the running stack).")
    private String bootstrapServers;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private final Supplier<Optional<String>> runningBroker;

    /**
     * @param runningBroker host and port of the running stack's broker, if one runs
     */
    ListBroker(Supplier<Optional<String>> runningBroker) {
        this.runningBroker = runningBroker;
    }

    /** Creates the commands of the lists; each of them asks {@code runningBroker} when it runs. */
    static CommandLine.IFactory commands(Supplier<Optional<String>> runningBroker) {
        return new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == ListBroker.class
                        ? type.cast(new ListBroker(runningBroker))
                        : CommandLine.defaultFactory().create(type);
            }
        };
    }

    /** What a command does with the lists. */
    interface Work {
        void run(WalletLists lists) throws IOException;
    }

    /** Runs it; the exit status. */
    int run(Work work) {
        Optional<String> servers =
                bootstrapServers == null ? runningBroker.get() : Optional.of(bootstrapServers);
        if (servers.isEmpty()) {
            complain(
                    "no stack is running here: start one with `klines up`, or name a broker with"
                            + " --bootstrap-servers");
            return ExitCode.SOFTWARE;
        }
        try (WalletLists lists = new WalletLists(servers.get())) {
            work.run(lists);
            return ExitCode.OK;
        } catch (NoSuchFileException e) {
            complain("there is no file %s", e.getMessage());
        } catch (IOException | KafkaException e) {
            complain("%s", e.getMessage());
        }
        return ExitCode.SOFTWARE;
    }

    WalletKey wallet(String text) {
        return parsed(text, WalletKey::parse);
    }

    String user(String text) {
        check(
                USER.matcher(text).matches(),
                "'" + text + "' is no user id: visible ASCII, no quotes, slashes and at-signs");
        return text;
    }

    void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private <T> T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The same bytes; on a terminal with a bar that shows how many have passed. */
    InputStream withProgress(InputStream in, long bytes) {
        if (System.console() == null) {
            return in;
        }
        return ProgressBar.wrap(
                in,
                new ProgressBarBuilder()
                        .setTaskName("import")
                        .setInitialMax(bytes)
                        .setUnit(" KiB", 1024)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200));
    }

    void say(String format, Object... arguments) {
        println(commandLine().getOut(), format, arguments);
    }

    void complain(String format, Object... arguments) {
        println(commandLine().getErr(), "klines: " + format, arguments);
    }

    private CommandLine commandLine() {
        return spec.commandLine();
    }

    private static void println(PrintWriter to, String format, Object... arguments) {
        to.println(String.format(Locale.ROOT, format, arguments));
        to.flush();
    }
}
