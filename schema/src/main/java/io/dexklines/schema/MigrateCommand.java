package io.dexklines.schema;

import io.dexklines.secret.SecretReference;
import io.dexklines.text.AddressCase;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code klines migrate}, which is also the main class of {@code klines-schema.jar}.
 * Exits with 0 if all servers have the newest tables and the partitions, with 2 on invalid
 * arguments, and with 4 if a server cannot be reached or refuses.
 */
@Command(
        name = "migrate",
        description = {
            "Creates the tables in MySQL or brings them to the newest version, and makes the"
                    + " partitions of coming months.",
            "",
            "Run it before a new version of the job is started, and once a day for the partitions."
                    + " It changes only what is missing, and the job may run meanwhile. Tables that"
                    + " were created by hand from sql/mysql are adopted."
        },
        mixinStandardHelpOptions = true,
        usageHelpWidth = 100,
        sortOptions = false,
        footer = {
            "",
            "Without --mysql-url, migrates the local stack. A secret's REFERENCE is env:NAME or"
                    + " file:/path. sql/mysql/README.md lists the rights that the user needs."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:All servers have the newest tables and the partitions.",
            "2:The arguments are invalid.",
            "4:A server cannot be reached or refuses, or no stack is up."
        })
public final class MigrateCommand implements Callable<Integer> {

    private static final int MAX_MONTHS = 120;

    /** The exit status for a server that cannot be reached or refuses. */
    private static final int SERVER = 4;

    @Option(
            names = "--mysql-url",
            paramLabel = "URL",
            split = "\\s+",
            description =
                    "The database, jdbc:mysql://host:3306/klines. Several, separated by white space,"
                            + " are migrated one after another.")
    private List<String> urls;

    @Option(
            names = "--mysql-user",
            paramLabel = "NAME",
            description = "A user who may change tables.")
    private String user = "";

    @Option(
            names = "--mysql-password",
            paramLabel = "REFERENCE",
            description = "Password of the user.")
    private String password;

    @Option(
            names = "--months",
            paramLabel = "N",
            defaultValue = "" + SchemaMigration.MONTHS,
            description =
                    "Coming months that have a partition in any case (default: ${DEFAULT-VALUE}).")
    private int months;

    @Option(
            names = "--compatibility-views",
            paramLabel = "DATABASE",
            description =
                    "Also creates views trade_kline_{interval}_{MM} in this database, for readers"
                            + " of the Go consumers. Adds an index to the table kline. See"
                            + " docs/compatibility.md.")
    private String viewDatabase;

    @Option(
            names = "--compatibility-chains",
            paramLabel = "CHAINS",
            split = ",",
            defaultValue = "1,10,56,137,8453,42161,100000",
            description =
                    "Chains of the views, separated by commas, beside those that have klines"
                            + " (default: ${DEFAULT-VALUE}).")
    private Set<Long> viewChains;

    @Option(
            names = "--compatibility-address-case",
            paramLabel = "CASE",
            defaultValue = "lower",
            description =
                    "The case of EVM addresses in the views: lower, or eip55. With eip55, also creates"
                            + " the table pair_spelling, which the job's mysql.address-case needs"
                            + " (default: ${DEFAULT-VALUE}).")
    private String viewAddressCase;

    @Option(
            names = "--drop-compatibility-views",
            paramLabel = "DATABASE",
            description = "Also drops the views in this database, and the index.")
    private String droppedViewDatabase;

    @Spec private CommandSpec spec;

    private final Supplier<Optional<Database>> localStack;

    /**
     * @param localStack returns the database that is migrated if no URL is given; empty if none
     *     runs
     */
    public MigrateCommand(Supplier<Optional<Database>> localStack) {
        this.localStack = localStack;
    }

    public static void main(String[] args) {
        MigrateCommand command = new MigrateCommand(Optional::empty);
        System.exit(
                new CommandLine(command)
                        .setParameterExceptionHandler(MigrateCommand::reportUsage)
                        .execute(args));
    }

    private static int reportUsage(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("klines: " + e.getMessage());
        err.println("Try --help");
        err.flush();
        return ExitCode.USAGE;
    }

    @Override
    public Integer call() {
        if (months < 0 || months > MAX_MONTHS) {
            throw invalid("--months is 0 to " + MAX_MONTHS + ", not " + months);
        }
        if (viewDatabase != null && droppedViewDatabase != null) {
            throw invalid(
                    "--compatibility-views and --drop-compatibility-views exclude each other");
        }
        Optional<CompatibilityViews> created = views(viewDatabase);
        Optional<CompatibilityViews> dropped = views(droppedViewDatabase);
        List<Database> databases = databases();
        if (databases.isEmpty()) {
            err().println(
                            "klines: no stack is up: start one with `klines up`, or name a database"
                                    + " with --mysql-url");
            return SERVER;
        }
        SchemaMigration migration = new SchemaMigration(months, Clock.systemUTC());
        int status = ExitCode.OK;
        for (Database database : databases) {
            try {
                out().println(summary(database, migration.run(database)));
                created.ifPresent(
                        views ->
                                out().println(
                                                summary(
                                                        database,
                                                        views.name(),
                                                        views.create(database))));
                dropped.ifPresent(
                        views ->
                                out().println(
                                                "%s: %s in %s"
                                                        .formatted(
                                                                database,
                                                                views.drop(database)
                                                                        ? "dropped the views"
                                                                        : "there were no views",
                                                                views.name())));
            } catch (SchemaException e) {
                err().println("klines: " + e.getMessage());
                status = SERVER;
            }
        }
        return status;
    }

    /** Returns the databases to migrate; none if no URL is given and no stack is up. */
    private List<Database> databases() {
        if (urls == null) {
            return localStack.get().stream().toList();
        }
        try {
            String secret = password == null ? "" : new SecretReference(password).resolve();
            List<Database> databases =
                    urls.stream()
                            .filter(url -> !url.isEmpty())
                            .map(url -> new Database(url, user, secret))
                            .toList();
            if (databases.isEmpty()) {
                throw invalid("--mysql-url is empty");
            }
            return databases;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw invalid(e.getMessage());
        }
    }

    private Optional<CompatibilityViews> views(String name) {
        try {
            return Optional.ofNullable(name)
                    .map(
                            each ->
                                    new CompatibilityViews(
                                            each, viewChains, AddressCase.ofCode(viewAddressCase)));
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    static String summary(Database database, String name, CompatibilityViews.Result result) {
        String line =
                "%s: %d views in %s, of the chains %s"
                        .formatted(
                                database,
                                result.views(),
                                name,
                                result.chains().stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", ")));
        return result.withoutNumber().isEmpty()
                ? line
                : line
                        + "; not of %s, which are no numbers"
                                .formatted(String.join(", ", result.withoutNumber()));
    }

    static String summary(Database database, SchemaMigration.Result result) {
        StringBuilder line =
                new StringBuilder(database.toString())
                        .append(": version ")
                        .append(result.version());
        if (result.adopted()) {
            line.append(", adopted tables that were created by hand");
        }
        if (!result.applied().isEmpty()) {
            line.append(", applied ").append(String.join(", ", result.applied()));
        }
        if (!result.partitions().isEmpty()) {
            line.append(", made the partitions ").append(String.join(", ", result.partitions()));
        }
        return line.toString();
    }

    private ParameterException invalid(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
