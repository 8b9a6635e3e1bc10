package io.dexklines.local.wallets;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
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
                "Adds the wallets of a file to the list: CSV with the columns chain_id, address and"
                        + " label, separated by , or ; with or without a header that names them; or a"
                        + " JSON object with these fields in each line.",
                "Reports and skips invalid rows."
            },
            mixinStandardHelpOptions = true,
            exitCodeList = "1:Some rows were invalid and skipped.")
    int importFile(
            @Parameters(paramLabel = "FILE", description = "Text file in UTF-8.") Path file) {
        AtomicLong rejected = new AtomicLong();
        int exit =
                run(
                        lists -> {
                            long listed = importWallets(file, lists, rejected);
                            lists.flush();
                            print("%d wallets of %s are listed", listed, file);
                        });
        if (rejected.get() > 0) {
            printError("%d invalid rows were skipped", rejected.get());
            return ExitStatus.NO.code();
        }
        return exit;
    }

    /** Lists the wallets of a file and returns their number. */
    private long importWallets(Path file, WalletLists lists, AtomicLong rejected)
            throws IOException {
        AtomicLong listed = new AtomicLong();
        try (InputStream in = Files.newInputStream(file);
                Reader text =
                        new InputStreamReader(
                                withProgress(in, Files.size(file)), StandardCharsets.UTF_8)) {
            new WalletFile(text)
                    .read(
                            new WalletFile.Receiver() {
                                @Override
                                public void wallet(WalletLine each) {
                                    requireExistent(each.wallet());
                                    lists.list(each.wallet(), each.label());
                                    listed.incrementAndGet();
                                }

                                @Override
                                public void rejected(long line, String reason) {
                                    if (rejected.incrementAndGet() <= REJECTIONS_SHOWN) {
                                        printError("%s:%d: %s", file, line, reason);
                                    }
                                }
                            });
        }
        return listed.get();
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
