package io.dexklines.local.wallets;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code klines follow}. */
@Command(
        name = "follow",
        description = "Has a user told of a wallet's trades; lists the wallet if it is not.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class FollowCommand implements Callable<Integer> {

    private static final List<String> SIDES = List.of("buy", "sell", "any");

    @Mixin private ListBroker broker;

    @Parameters(paramLabel = "CHAIN:ADDRESS", description = "Such as 56:0x28c6….")
    private String wallet;

    @Option(names = "--user", required = true, paramLabel = "ID", description = "Who is told.")
    private String user;

    @Option(
            names = "--side",
            paramLabel = "SIDE",
            defaultValue = "any",
            description = "Of buy, sell or any trades (default: ${DEFAULT-VALUE}).")
    private String side;

    @Option(names = "--min-usd", paramLabel = "N", description = "Of no smaller trades.")
    private Double minUsd;

    @Option(names = "--max-usd", paramLabel = "N", description = "Of no larger trades.")
    private Double maxUsd;

    @Option(
            names = "--cooldown",
            paramLabel = "SECONDS",
            description = "After a trade, so long of no other in the same pair.")
    private Long cooldown;

    @Override
    public Integer call() {
        WalletKey key = broker.wallet(wallet);
        String userId = broker.user(user);
        broker.check(SIDES.contains(side), "--side is buy, sell or any, not " + side);
        broker.check(minUsd == null || minUsd >= 0, "--min-usd is not negative");
        broker.check(
                maxUsd == null || maxUsd >= (minUsd == null ? 0 : minUsd),
                "--max-usd is not negative, nor less than --min-usd");
        broker.check(cooldown == null || cooldown >= 0, "--cooldown is not negative");
        return broker.run(
                lists -> {
                    if (!lists.listed().containsKey(key.text())) {
                        lists.list(key, "");
                        broker.say("%s is listed", key.text());
                    }
                    lists.follow(key, userId, new FollowConditions(side, minUsd, maxUsd, cooldown));
                    lists.flush();
                    broker.say("%s follows %s", userId, key.text());
                });
    }
}
