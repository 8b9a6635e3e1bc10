package io.dexklines.local;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.JavaCommand;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code klines lists sync}, which publishes the differences between a team's database and the
 * topics of wallets and follows. It passes its options on to a main class of the job's jar, which
 * runs alike where there is no checkout.
 */
@Command(
        name = "sync",
        description = {
            "Polls queries on your database and publishes what changed to the topics of wallets and"
                    + " follows: what was added, changed, and is gone.",
            "It changes and removes only what it published itself under --name. It keeps no state:"
                    + " a restart publishes differences only. It ends at SIGTERM."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeList = {
            "1:With --once: rows were invalid and skipped, or removals were withheld.",
            "4:With --once: the database or Kafka failed three times. Or no stack is up."
        },
        footer = {
            "",
            "A secret's REFERENCE is env:NAME or file:/path. docs/follows.md has examples, the"
                    + " rights that are needed, and the same with Debezium."
        })
public final class ListsSyncCommand implements Callable<Integer> {

    private static final String LISTS_SYNC = "io.dexklines.job.source.lists.sync.ListsSync";

    @Option(
            names = "--once",
            description = "Poll once and end, for cron. A poll that fails is repeated twice.")
    private boolean once;

    @Option(
            names = "--allow-removals",
            description =
                    "With --once: remove whatever the database does not have, however much"
                            + " it is.")
    private boolean allowRemovals;

    @Option(
            names = "--adopt",
            description =
                    "With --once: records of others for which the database has a row"
                            + " become records of this name.")
    private boolean adopt;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Properties with these options, by their names without hyphens in"
                            + " front. An option here overrides the file. The file cannot have"
                            + " --once, --allow-removals and --adopt.")
    private String config;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description =
                    "Your database, such as"
                            + " jdbc:mysql://host:3306/app?sslMode=VERIFY_IDENTITY. Required.")
    private String jdbcUrl;

    @Option(
            names = "--jdbc-user",
            paramLabel = "NAME",
            description = "A user who may read what the queries read.")
    private String jdbcUser;

    @Option(
            names = "--jdbc-password",
            paramLabel = "REFERENCE",
            description = "Password of the user.")
    private String jdbcPassword;

    @Option(
            names = "--wallets-query",
            paramLabel = "SQL",
            description =
                    "A query with the columns chain_id, address and, optionally, label; or"
                            + " file:/path of a file that has it.")
    private String walletsQuery;

    @Option(
            names = "--follows-query",
            paramLabel = "SQL",
            description =
                    "A query with the columns chain_id, address, user_id and, optionally, side,"
                            + " min_usd, max_usd and cooldown_s; or file:/path. The wallets of the"
                            + " follows are listed too.")
    private String followsQuery;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Name under which the records are published. Only records of this name"
                            + " are changed and removed (default: database).")
    private String name;

    @Option(
            names = "--max-removals",
            paramLabel = "LIMIT",
            description =
                    "Most records that a poll removes from a list: a number, a percentage of those"
                            + " of this name, or both, of which the larger counts (default: 10,10%%)."
                            + " An empty answer never removes any.")
    private String maxRemovals;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Time between two polls, 1 to 86400 (default: 30).")
    private String interval;

    @Option(
            names = "--chains",
            paramLabel = "CHAIN,...",
            description = "Chains of the job (default: 1,10,56,137,8453,42161,100000).")
    private String chains;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "Kafka broker (default: that of the running stack, unless --config is"
                            + " given).")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties of Kafka's clients, such as the login.")
    private String commandConfig;

    @Option(
            names = "--kafka-user",
            paramLabel = "NAME",
            description = "A user of Kafka, instead of sasl.jaas.config in --command-config.")
    private String kafkaUser;

    @Option(
            names = "--kafka-password",
            paramLabel = "REFERENCE",
            description = "Password of that user.")
    private String kafkaPassword;

    @Option(
            names = "--wallets-topic",
            paramLabel = "TOPIC",
            description = "The topic of the wallets (default: smart-money-wallets).")
    private String walletsTopic;

    @Option(
            names = "--follows-topic",
            paramLabel = "TOPIC",
            description = "The topic of the follows (default: smart-money-follows).")
    private String followsTopic;

    @Option(
            names = "--success-file",
            paramLabel = "FILE",
            description = "A file that exists while the last poll succeeded, for a health check.")
    private String successFile;

    @Spec private CommandSpec spec;

    private final ProjectHome home;

    /**
     * @param home the project, whose job's jar is run
     */
    public ListsSyncCommand(ProjectHome home) {
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        if (config == null && bootstrapServers == null) {
            RunningStack stack =
                    RunningStack.in(home.stackFolder())
                            .orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    ExitStatus.SERVER,
                                                    "no stack is up: start one with `klines up`, or"
                                                            + " name a broker with"
                                                            + " --bootstrap-servers"));
            arguments.addAll(List.of("--bootstrap-servers", stack.kafka()));
            if (commandConfig == null) {
                arguments.addAll(List.of("--command-config", stack.kafkaProducerConfig()));
            }
        }
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            // --debug, which all commands inherit, is no field of this class
            if (option.userObject() != null) {
                arguments.add(option.longestName());
                if (option.arity().max() > 0) {
                    arguments.addAll(option.stringValues());
                }
            }
        }
        return JavaCommand.runFromJobJar(
                home, home.stackFolder().resolve("lists-sync"), LISTS_SYNC, arguments);
    }
}
