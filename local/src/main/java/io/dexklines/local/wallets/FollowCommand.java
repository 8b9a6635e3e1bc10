package io.dexklines.local.wallets;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code klines follow}, which adds a follower or changes its conditions, and lists followers. */
@Command(
        name = "follow",
        description =
                "Notifies a user of a wallet's trades. Adds the wallet to the list if necessary.",
        customSynopsis = {
            "klines follow CHAIN:ADDRESS --user=ID [OPTIONS]",
            "       klines follow list [--user=ID] [OPTIONS]"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class FollowCommand extends ListCommand implements Callable<Integer> {

    private static final List<String> SIDES = List.of("buy", "sell", "any");

    // required, but not for the subcommand
    @Parameters(
            arity = "0..1",
            paramLabel = "CHAIN:ADDRESS",
            description = "Chain id and address of the wallet, such as 56:0x28c6….")
    private WalletKey wallet;

    @Option(names = "--user", paramLabel = "ID", description = "Id of the follower. Required.")
    private String user;

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

    FollowCommand(RunningStack stack) {
        super(stack);
    }

    @Override
    public Integer call() {
        check(wallet != null, "Missing required parameter: 'CHAIN:ADDRESS'");
        check(user != null, "Missing required option: '--user=ID'");
        checkConditions();
        return run(this::follow);
    }

    private void checkConditions() {
        try {
            requireExistent(wallet);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
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

    private void check(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private int follow(WalletLists lists) {
        if (!lists.isListed(wallet)) {
            lists.list(wallet, "");
            print("%s is listed", wallet.text());
        }
        lists.follow(wallet, user, new FollowConditions(side, minUsd, maxUsd, cooldown));
        lists.flush();
        print("%s follows %s", user, wallet.text());
        return ExitStatus.OK.code();
    }

    @Command(
            name = "list",
            description =
                    "Prints who follows which wallet, each as the user, a tab, CHAIN:ADDRESS, a tab"
                            + " and the conditions.",
            mixinStandardHelpOptions = true)
    int list(
            @Option(
                            names = "--user",
                            paramLabel = "ID",
                            description = "Print the follows of this user only (default: of all).")
                    String ofUser) {
        return run(
                lists -> {
                    lists.follows().stream()
                            .filter(follow -> ofUser == null || follow.userId().equals(ofUser))
                            .forEach(
                                    follow ->
                                            print(
                                                    "%s\t%s\t%s",
                                                    PrintableText.of(follow.userId()),
                                                    follow.wallet().text(),
                                                    follow.describedConditions()));
                    return ExitStatus.OK.code();
                });
    }
}
