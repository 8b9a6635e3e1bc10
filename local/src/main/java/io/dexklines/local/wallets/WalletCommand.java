package io.dexklines.local.wallets;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code klines wallet}, which changes the list of smart-money wallets. */
@Command(
        name = "wallet",
        description = "Manages the list of smart-money wallets.",
        mixinStandardHelpOptions = true)
public final class WalletCommand extends ListCommand {

    /** Number of invalid lines that are reported one by one. */
    private static final int REJECTIONS_SHOWN = 20;

    private static final String WALLET = "CHAIN:ADDRESS";
    private static final String WALLET_DESCRIPTION =
            "Chain id and address of the wallet, such as 56:0x28c6….";

    private WalletCommand(RunningStack stack) {
        super(stack);
    }

    /**
     * Returns the commands {@code wallet}, {@code follow} and {@code unfollow}.
     *
     * @param runningBroker returns the running stack's broker, or empty; called when a command runs
     */
    public static List<CommandLine> all(Supplier<Optional<Brokers>> runningBroker) {
        return all(runningBroker, Optional::empty);
    }

    /**
     * Returns the commands {@code wallet}, {@code follow} and {@code unfollow}.
     *
     * @param runningBroker as above
     * @param runningChains returns the chains of the running stack's job, or empty; called when a
     *     command runs
     */
    public static List<CommandLine> all(
            Supplier<Optional<Brokers>> runningBroker,
            Supplier<Optional<Set<String>>> runningChains) {
        RunningStack stack =
                new RunningStack() {
                    @Override
                    public Optional<Brokers> broker() {
                        return runningBroker.get();
                    }

                    @Override
                    public Optional<Set<String>> chains() {
                        return runningChains.get();
                    }
                };
        return List.of(
                new WalletCommand(stack).commandLine(),
                new FollowCommand.Follow(stack).commandLine(),
                new FollowCommand.Unfollow(stack).commandLine());
    }

    @Command(
            name = "add",
            description = "Adds a wallet to the list, or changes its label.",
            mixinStandardHelpOptions = true)
    int add(
            @Parameters(paramLabel = WALLET, description = WALLET_DESCRIPTION) WalletKey wallet,
            @Option(
                            names = "--label",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "Name to display (default: none).")
                    String label) {
        try {
            requireExistent(wallet);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return run(
                lists -> {
                    lists.list(wallet, label);
                    lists.flush();
                    print("%s is listed", wallet.text());
                });
    }

    @Command(
            name = "remove",
            description = "Removes a wallet from the list. Its followers stay.",
            mixinStandardHelpOptions = true)
    int remove(
            @Parameters(paramLabel = WALLET, description = WALLET_DESCRIPTION) WalletKey wallet) {
        return run(
                lists -> {
                    lists.unlist(wallet);
                    lists.flush();
                    print("%s is no longer listed", wallet.text());
                });
    }

    @Command(
            name = "list",
            description = "Prints the listed wallets, each as CHAIN:ADDRESS, a tab and the label.",
            mixinStandardHelpOptions = true)
    int list() {
        return run(
                lists ->
                        lists.listed()
                                .forEach(
                                        (wallet, label) ->
                                                print(
                                                        "%s\t%s",
                                                        PrintableText.of(wallet),
                                                        PrintableText.of(label))));
    }

    @Command(
            name = "import",
            description = {
                "Adds the wallets of a file to the list. A line is chain_id,address,label or a JSON"
                        + " object with these fields.",
                "Reports and skips invalid lines."
            },
            mixinStandardHelpOptions = true,
            exitCodeList = "1:Some lines were invalid and skipped.")
    int importFile(
            @Parameters(paramLabel = "FILE", description = "Text file in UTF-8.") Path file) {
        AtomicLong rejected = new AtomicLong();
        int exit =
                run(
                        lists -> {
                            long listed = importLines(file, lists, rejected);
                            lists.flush();
                            print("%d wallets of %s are listed", listed, file);
                        });
        if (rejected.get() > 0) {
            printError("%d invalid lines were skipped", rejected.get());
            return ExitStatus.NO.code();
        }
        return exit;
    }

    private long importLines(Path file, WalletLists lists, AtomicLong rejected) throws IOException {
        long listed = 0;
        try (InputStream in = Files.newInputStream(file);
                LineNumberReader lines =
                        new LineNumberReader(
                                new InputStreamReader(
                                        withProgress(in, Files.size(file)),
                                        StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    Optional<WalletLine> wallet = WalletLine.of(line);
                    wallet.ifPresent(each -> requireExistent(each.wallet()));
                    wallet.ifPresent(each -> lists.list(each.wallet(), each.label()));
                    listed += wallet.isPresent() ? 1 : 0;
                } catch (IllegalArgumentException e) {
                    if (rejected.incrementAndGet() <= REJECTIONS_SHOWN) {
                        printError("%s:%d: %s", file, lines.getLineNumber(), e.getMessage());
                    }
                }
            }
        }
        return listed;
    }

    /** Wraps a stream so that reading it advances a progress bar, if there is a terminal. */
    private static InputStream withProgress(InputStream in, long bytes) {
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
}
