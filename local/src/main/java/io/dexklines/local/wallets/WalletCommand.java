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

/** {@code klines wallet}, which changes and shows the list of smart-money wallets. */
@Command(
        name = "wallet",
        description = "Manages the list of smart-money wallets.",
        mixinStandardHelpOptions = true)
public final class WalletCommand extends ListCommand {

    /** Number of invalid lines that are reported one by one. */
    private static final int REJECTIONS_SHOWN = 20;

    /** Most trades that a relay returns at once. */
    private static final int MAX_TRADES = 1000;

    private static final String WALLET = "CHAIN:ADDRESS";
    private static final String WALLET_DESCRIPTION =
            "Chain id and address of the wallet, such as 56:0x28c6….";

    private WalletCommand(RunningStack stack) {
        super(stack);
    }

    /**
     * Returns the commands {@code wallet}, {@code follow} and {@code unfollow} without a running
     * stack's chains and relay.
     *
     * @param runningBroker returns the running stack's broker, or empty; called when a command runs
     */
    public static List<CommandLine> all(Supplier<Optional<Brokers>> runningBroker) {
        return all(runningBroker, Optional::empty, Optional::empty);
    }

    /**
     * Returns the commands {@code wallet}, {@code follow} and {@code unfollow}.
     *
     * @param runningBroker returns the running stack's broker, or empty; called when a command runs
     * @param runningChains returns the chains of that stack's job
     * @param runningRelay returns the address of that stack's relay, {@code http://host:port}
     */
    public static List<CommandLine> all(
            Supplier<Optional<Brokers>> runningBroker,
            Supplier<Optional<Set<String>>> runningChains,
            Supplier<Optional<String>> runningRelay) {
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

                    @Override
                    public Optional<String> relay() {
                        return runningRelay.get();
                    }
                };
        return List.of(
                new WalletCommand(stack).commandLine(),
                new FollowCommand(stack).commandLine(),
                new UnfollowCommand(stack).commandLine());
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
                    return ExitStatus.OK.code();
                });
    }

    @Command(
            name = "remove",
            description = {
                "Removes a wallet from the list. Its followers stay.",
                "The exit status is 1 if the wallet is not on the list."
            },
            mixinStandardHelpOptions = true)
    int remove(
            @Parameters(paramLabel = WALLET, description = WALLET_DESCRIPTION) WalletKey wallet) {
        return run(
                lists -> {
                    if (!lists.isListed(wallet)) {
                        printError(
                                "%s is not on the list; `klines wallet list` prints it",
                                wallet.text());
                        return ExitStatus.NO.code();
                    }
                    lists.unlist(wallet);
                    lists.flush();
                    print("%s is no longer listed", wallet.text());
                    return ExitStatus.OK.code();
                });
    }

    @Command(
            name = "list",
            description = "Prints the listed wallets, each as CHAIN:ADDRESS, a tab and the label.",
            mixinStandardHelpOptions = true)
    int list() {
        return run(
                lists -> {
                    lists.listed()
                            .forEach(
                                    (wallet, label) ->
                                            print(
                                                    "%s\t%s",
                                                    PrintableText.of(wallet),
                                                    PrintableText.of(label)));
                    return ExitStatus.OK.code();
                });
    }

    @Command(
            name = "show",
            description =
                    "Prints a wallet's label, its followers with their conditions, and its last"
                            + " trades.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    int show(
            @Parameters(paramLabel = WALLET, description = WALLET_DESCRIPTION) WalletKey wallet,
            @Option(
                            names = "--trades",
                            paramLabel = "N",
                            defaultValue = "10",
                            description =
                                    "Number of trades, 1 to 1000 (default: ${DEFAULT-VALUE}).")
                    int limit,
            @Option(
                            names = "--relay",
                            paramLabel = "URL",
                            description =
                                    "Relay that has the trades, such as http://host:8080 (default:"
                                            + " that of the running stack).")
                    String relay) {
        if (limit < 1 || limit > MAX_TRADES) {
            throw new ParameterException(
                    spec.commandLine(), "--trades must be 1 to " + MAX_TRADES + ", not " + limit);
        }
        return run(lists -> show(wallet, limit, relay(relay), lists));
    }

    private int show(WalletKey wallet, int limit, Optional<String> relay, WalletLists lists)
            throws IOException, InterruptedException {
        print("wallet     %s", wallet.text());
        print("label      %s", lists.label(wallet).map(PrintableText::of).orElse("not listed"));
        String title = "followers";
        for (UserFollow follow : lists.follows()) {
            if (follow.wallet().equals(wallet)) {
                print(
                        "%-9s  %s: %s",
                        title, PrintableText.of(follow.userId()), follow.describedConditions());
                title = "";
            }
        }
        if (!title.isEmpty()) {
            print("%s  none", title);
        }
        if (relay.isEmpty()) {
            print("trades     unknown: name the relay that has them with --relay");
            return ExitStatus.OK.code();
        }
        WalletTrades trades = WalletTrades.of(relay.get(), wallet, limit);
        print("trades     %s", trades.totals());
        trades.lines().forEach(line -> print("%s", line));
        return ExitStatus.OK.code();
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
                            return ExitStatus.OK.code();
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
