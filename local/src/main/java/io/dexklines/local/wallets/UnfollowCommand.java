package io.dexklines.local.wallets;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code klines unfollow}. */
@Command(
        name = "unfollow",
        description = "Has a user told no more; the wallet stays listed.",
        mixinStandardHelpOptions = true)
final class UnfollowCommand implements Callable<Integer> {

    @Mixin private ListBroker broker;

    @Parameters(paramLabel = "CHAIN:ADDRESS", description = "Such as 56:0x28c6….")
    private String wallet;

    @Option(names = "--user", required = true, paramLabel = "ID", description = "Who is told.")
    private String user;

    @Override
    public Integer call() {
        WalletKey key = broker.wallet(wallet);
        String userId = broker.user(user);
        return broker.run(
                lists -> {
                    lists.unfollow(key, userId);
                    lists.flush();
                    broker.say("%s does not follow %s any more", userId, key.text());
                });
    }
}
