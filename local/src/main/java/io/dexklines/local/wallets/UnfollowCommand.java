package io.dexklines.local.wallets;

import io.dexklines.local.command.ExitStatus;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code klines unfollow}, which removes a follower. */
@Command(
        name = "unfollow",
        description = {
            "Stops notifying a user of a wallet's trades. The wallet stays on the list.",
            "The exit status is 1 if the user does not follow the wallet."
        },
        mixinStandardHelpOptions = true)
final class UnfollowCommand extends ListCommand implements Callable<Integer> {

    /** The user ids that an earlier release accepted, which can still be removed. */
    private static final Pattern REMOVABLE = Pattern.compile("[!-~]{1,128}");

    @Parameters(
            paramLabel = "CHAIN:ADDRESS",
            description = "Chain id and address of the wallet, such as 56:0x28c6….")
    private WalletKey wallet;

    @Option(
            names = "--user",
            required = true,
            paramLabel = "ID",
            description = "Id of the follower.")
    private String user;

    UnfollowCommand(RunningStack stack) {
        super(stack);
    }

    @Override
    public Integer call() {
        if (!REMOVABLE.matcher(user).matches()) {
            throw new ParameterException(spec.commandLine(), "'" + user + "' is not a user id");
        }
        return run(this::unfollow);
    }

    private int unfollow(WalletLists lists) {
        if (!lists.isFollowed(wallet, user)) {
            printError(
                    "%s does not follow %s; `klines follow list` prints who follows which wallet",
                    user, wallet.text());
            return ExitStatus.NO.code();
        }
        lists.unfollow(wallet, user);
        lists.flush();
        print("%s no longer follows %s", user, wallet.text());
        return ExitStatus.OK.code();
    }
}
