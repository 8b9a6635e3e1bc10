package io.dexklines.local.wallets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code klines wallet}: whose trades are looked for. */
@Command(
        name = "wallet",
        description = "Lists the wallets whose trades are looked for.",
        mixinStandardHelpOptions = true,
        subcommands = {
            WalletCommand.Add.class,
            WalletCommand.Remove.class,
            WalletCommand.Show.class,
            WalletCommand.Import.class
        })
public final class WalletCommand implements Runnable {

    @Spec private CommandSpec spec;

    private WalletCommand() {}

    /**
     * The commands {@code wallet}, {@code follow} and {@code unfollow}.
     *
     * @param runningBroker host and port of the running stack's broker, if one runs; asked when a
     *     command runs
     */
    public static List<CommandLine> all(Supplier<Optional<String>> runningBroker) {
        CommandLine.IFactory factory = ListBroker.commands(runningBroker);
        return List.of(
                new CommandLine(new WalletCommand(), factory),
                new CommandLine(new FollowCommand(), factory),
                new CommandLine(new UnfollowCommand(), factory));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "add, remove, list or import?");
    }

    /** {@code klines wallet add}. */
    @Command(
            name = "add",
            description = "Lists a wallet; one that is listed gets the new label.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {

        @Mixin private ListBroker broker;

        @Parameters(paramLabel = "CHAIN:ADDRESS", description = "Such as 56:0x28c6….")
        private String wallet;

        @Option(names = "--label", paramLabel = "TEXT", description = "A name to show.")
        private String label = "";

        @Override
        public Integer call() {
            WalletKey key = broker.wallet(wallet);
            return broker.run(
                    lists -> {
                        lists.list(key, label);
                        lists.flush();
                        broker.say("%s is listed", key.text());
                    });
        }
    }

    /** {@code klines wallet remove}. */
    @Command(
            name = "remove",
            description = "Takes a wallet from the list; who follows it stays its follower.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {

        @Mixin private ListBroker broker;

        @Parameters(paramLabel = "CHAIN:ADDRESS", description = "Such as 56:0x28c6….")
        private String wallet;

        @Override
        public Integer call() {
            WalletKey key = broker.wallet(wallet);
            return broker.run(
                    lists -> {
                        lists.unlist(key);
                        lists.flush();
                        broker.say("%s is not listed any more", key.text());
                    });
        }
    }

    /** {@code klines wallet list}. */
    @Command(
            name = "list",
            description = "Prints the listed wallets: CHAIN:ADDRESS, a tab, the label.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {

        @Mixin private ListBroker broker;

        @Override
        public Integer call() {
            return broker.run(
                    lists -> {
                        for (Map.Entry<String, String> each : lists.listed().entrySet()) {
                            // a label is somebody's text: on a terminal it moves no cursor
                            broker.say(
                                    "%s\t%s",
                                    each.getKey(), each.getValue().replaceAll("\\p{Cntrl}", " "));
                        }
                    });
        }
    }

    /** {@code klines wallet import}: 0 if every line was taken, 1 if not. */
    @Command(
            name = "import",
            description = {
                "Lists the wallets of a file, a line each: chain_id,address,label, or a JSON object"
                        + " with these fields.",
                "Lines that are neither are named and left out."
            },
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {

        /** More of them say nothing new. */
        private static final int REFUSALS_SHOWN = 20;

        @Mixin private ListBroker broker;

        @Parameters(paramLabel = "FILE", description = "In UTF-8.")
        private Path file;

        private long taken;
        private long refused;

        @Override
        public Integer call() {
            int exit =
                    broker.run(
                            lists -> {
                                read(lists);
                                lists.flush();
                                broker.say("%d wallets of %s are listed", taken, file);
                            });
            if (refused > 0) {
                broker.complain("%d lines are no wallets and were left out", refused);
            }
            return exit == ExitCode.OK && refused == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
        }

        private void read(WalletLists lists) throws IOException {
            try (InputStream in = Files.newInputStream(file);
                    InputStream shown = broker.withProgress(in, Files.size(file));
                    BufferedReader lines =
                            new BufferedReader(
                                    new InputStreamReader(shown, StandardCharsets.UTF_8))) {
                int number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    take(lists, line, number);
                }
            }
        }

        private void take(WalletLists lists, String line, int number) {
            try {
                Optional<WalletLine> wallet = WalletLine.of(line);
                wallet.ifPresent(each -> lists.list(each.wallet(), each.label()));
                taken += wallet.isPresent() ? 1 : 0;
            } catch (IllegalArgumentException e) {
                refused++;
                if (refused <= REFUSALS_SHOWN) {
                    broker.complain("%s:%d: %s", file, number, e.getMessage());
                }
            }
        }
    }
}
