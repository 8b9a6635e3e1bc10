package io.dexklines.local.wallets;

import io.dexklines.trade.Identifier;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** A command that changes which user follows which wallet. */
abstract class FollowCommand extends ListCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "CHAIN:ADDRESS",
            description = "Chain id and address of the wallet, such as 56:0x28c6….")
    WalletKey wallet;

    @Option(
            names = "--user",
            required = true,
            paramLabel = "ID",
            description = "Id of the follower.")
    String user;

    private FollowCommand(RunningStack stack) {
        super(stack);
    }

    @Override
    public final Integer call() {
        checkConditions();
        return run(this::change);
    }

    void checkConditions() {}

    abstract void change(WalletLists lists);

    /** Checks that trades of the wallet can come. */
    final void checkWallet() {
        try {
            requireExistent(wallet);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    final void check(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** {@code klines follow}, which adds a follower or changes its conditions. */
    @Command(
            name = "follow",
            description =
                    "Notifies a user of a wallet's trades. Adds the wallet to the list if necessary.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Follow extends FollowCommand {

        private static final List<String> SIDES = List.of("buy", "sell", "any");

        @Option(
                names = "--side",
                paramLabel = "SIDE",
                defaultValue = "any",
                description = "Side of the trades: buy, sell or any (default: ${DEFAULT-VALUE}).")
        private String side;

        @Option(
                names = "--min-usd",
                paramLabel = "N",
                description = "Smallest trade, in USD (default: no limit).")
        private Double minUsd;

        @Option(
                names = "--max-usd",
                paramLabel = "N",
                description = "Largest trade, in USD (default: no limit).")
        private Double maxUsd;

        @Option(
                names = "--cooldown",
                paramLabel = "SECONDS",
                description =
                        "Time after a notification without another one for the same pair (default:"
                                + " 0).")
        private Long cooldown;

        Follow(RunningStack stack) {
            super(stack);
        }

        @Override
        void checkConditions() {
            checkWallet();
            check(
                    Identifier.isValid(user),
                    "'" + user + "' is not a user id: it " + Identifier.problem(user));
            check(SIDES.contains(side), "--side must be buy, sell or any, not " + side);
            check(minUsd == null || minUsd >= 0, "--min-usd must not be negative");
            check(
                    maxUsd == null || maxUsd >= (minUsd == null ? 0 : minUsd),
                    "--max-usd must not be negative or less than --min-usd");
            check(cooldown == null || cooldown >= 0, "--cooldown must not be negative");
        }

        @Override
        void change(WalletLists lists) {
            if (wallet.keys().stream().noneMatch(lists.listed()::containsKey)) {
                lists.list(wallet, "");
                print("%s is listed", wallet.text());
            }
            lists.follow(wallet, user, new FollowConditions(side, minUsd, maxUsd, cooldown));
            lists.flush();
            print("%s follows %s", user, wallet.text());
        }
    }

    /** {@code klines unfollow}, which removes a follower. */
    @Command(
            name = "unfollow",
            description =
                    "Stops notifying a user of a wallet's trades. The wallet stays on the list.",
            mixinStandardHelpOptions = true)
    static final class Unfollow extends FollowCommand {

        /** The user ids that an earlier release accepted, which can still be removed. */
        private static final Pattern REMOVABLE = Pattern.compile("[!-~]{1,128}");

        Unfollow(RunningStack stack) {
            super(stack);
        }

        @Override
        void checkConditions() {
            check(REMOVABLE.matcher(user).matches(), "'" + user + "' is not a user id");
        }

        @Override
        void change(WalletLists lists) {
            lists.unfollow(wallet, user);
            lists.flush();
            print("%s no longer follows %s", user, wallet.text());
        }
    }
}
