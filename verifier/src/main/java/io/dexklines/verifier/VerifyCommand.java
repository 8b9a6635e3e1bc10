package io.dexklines.verifier;

import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsIdentity;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code klines verify}. Exits with 0 if nothing is wrong, with 1 if something is
 * wrong, with 2 on invalid arguments or an invalid configuration of the job, with 3 if that
 * configuration or a secret in it cannot be read, and with 4 if a server cannot be reached or
 * refuses.
 */
@Command(
        name = "verify",
        description = {
            "Recomputes every kline from the topics, independently of the job, and compares MySQL,"
                    + " Redis and the relays with the result and with each other.",
            "",
            "Every entry of every record is accounted for: as counted, or as excluded for a reason"
                    + " that applies. Whether a trade was late depends on when the job read it."
                    + " Where a trade can have been late, the topic of excluded trades decides."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "New trades may arrive meanwhile. The ledger is that of one cut through the topics,"
                    + " covered by a checkpoint that was completed after the verification began. A"
                    + " kline is right if it equals the kline at this cut or at any later moment."
                    + " What is wrong is read again, and counts when it has been wrong for --settle"
                    + " seconds. Choose more than the job's checkpoint interval.",
            "",
            "Of the relay, only the newest kline of each stream is compared. It need not hold a"
                    + " kline without a trade since the job was started. A kline that a store refused"
                    + " for its content is not lost, but in the topic of refused rows; it counts as"
                    + " refused.",
            "",
            "An interval is compared from its first whole kline on: after a start in the middle of"
                    + " history, or after the interval was added. What the topics no longer hold,"
                    + " because retention has removed it, counts as incomparable.",
            "",
            "With --from, --to, --pair or --sample, only klines that lie wholly within the window"
                    + " are compared. The ledger then covers the trades of the window; entries"
                    + " that cannot count belong to no pair and no time and are left out. Each"
                    + " trade that is compared takes about 300 bytes of memory. The topics are"
                    + " read from the first record that may hold such a trade to their ends.",
            "",
            "Smart money is compared where the topics decide: the trades of a wallet that was"
                    + " listed before and never removed, the conditions of follows, and whether"
                    + " anything is doubled. What depends on when the job read a trade counts as"
                    + " undecided. If smart money was switched on later, begin with --from.",
            "",
            "The last line reads",
            "  VERDICT compared=N lost=N duplicated=N mismatched=N ledger=balanced",
            "with `ledger=off by N` if entries are missing or counted twice."
        },
        exitCodeList = {"0:Nothing is wrong.", "1:Something is wrong, see the last line."})
public final class VerifyCommand implements Callable<Integer> {

    private static final long MAX_SETTLE_SECONDS = 3600;
    private static final String CONFIGURATION = "the job's configuration: ";

    /** The options for a REST API that asks for a certificate. */
    private static final class FlinkStore {

        @Option(
                names = "--flink-store",
                required = true,
                paramLabel = "FILE",
                description = {
                    "With --config: a PKCS12 store with the certificate for Flink's REST API",
                    "and the authority of the cluster's."
                })
        private Path file;

        @Option(
                names = "--flink-store-password",
                required = true,
                paramLabel = "REFERENCE",
                description = "The password of the store: env:NAME or file:/path.")
        private String password;
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Verifies the job with this properties file instead of the local stack.",
                "Secrets in it are resolved here: the variables or files must exist."
            })
    private Path config;

    @Option(
            names = "--flink-rest",
            paramLabel = "URL",
            description = "With --config: Flink's REST API, such as https://host:8081. Required.")
    private String flinkRest;

    @ArgGroup(exclusive = false)
    private FlinkStore flinkStore;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            description = {
                "With --config: the admin port of a relay, such as http://host:8090. Repeat it for each"
                        + " relay. Without it, no relay is compared."
            })
    private List<String> relays = List.of();

    @Option(
            names = "--job-id",
            paramLabel = "ID",
            description = "With --config: the Flink job (default: the newest of the cluster).")
    private String jobId;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Where the stack keeps its state (default: .klines in the project).")
    private Path folder;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = {
                "Compares only klines that open at this instant of event time or later,",
                "such as 2026-01-05T00:00:00Z."
            })
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            description = "Compares only klines that close at this instant or earlier.")
    private Instant to;

    @Option(
            names = "--pair",
            paramLabel = "CHAIN:ADDRESS",
            description = "Compares only this pair. May be given several times.")
    private List<String> pairs = List.of();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Compares only N pairs, drawn from those of MySQL and of the topics.")
    private Integer sample;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides which pairs --sample draws (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a difference must last to count (default: ${DEFAULT-VALUE}).")
    private long settleSeconds;

    @Spec private CommandSpec spec;

    private final Path defaultFolder;
    private final Function<Path, Optional<Cluster>> localStack;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    /**
     * @param defaultFolder the local stack's folder if {@code --dir} names none
     * @param localStack returns the stack that runs in a folder; empty if none does
     */
    public VerifyCommand(Path defaultFolder, Function<Path, Optional<Cluster>> localStack) {
        this(defaultFolder, localStack, System.out, System.err, System.console() != null);
    }

    VerifyCommand(
            Path defaultFolder,
            Function<Path, Optional<Cluster>> localStack,
            PrintStream out,
            PrintStream err,
            boolean onTerminal) {
        this.defaultFolder = defaultFolder;
        this.localStack = localStack;
        this.out = out;
        this.err = err;
        this.onTerminal = onTerminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        check(
                settleSeconds >= 0 && settleSeconds <= MAX_SETTLE_SECONDS,
                "--settle is 0 to " + MAX_SETTLE_SECONDS + ", not " + settleSeconds);
        if (config == null) {
            check(
                    flinkRest == null && flinkStore == null && relays.isEmpty() && jobId == null,
                    "--flink-rest, --flink-store, --relay and --job-id need --config");
        } else {
            check(flinkRest != null, "--config needs --flink-rest");
            check(folder == null, "--dir and --config exclude each other");
        }
        Scope scope = scope();
        return verify(config == null ? localCluster() : configuredCluster(), scope);
    }

    private Cluster localCluster() {
        return localStack
                .apply(folder())
                .orElseThrow(
                        () ->
                                new VerificationException(
                                        "no stack is up in "
                                                + folder()
                                                + ": start one with `klines up`, or name a cluster"
                                                + " with --config"));
    }

    private Cluster configuredCluster() {
        try {
            Cluster cluster = Cluster.of(config, flinkRest, relays, Optional.ofNullable(jobId));
            return flinkStore == null
                    ? cluster
                    : cluster.withFlinkIdentity(
                            new TlsIdentity(
                                    flinkStore.file, new SecretReference(flinkStore.password)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), CONFIGURATION + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw VerificationException.ofThisMachine(CONFIGURATION + e.getMessage(), e);
        }
    }

    private Path folder() {
        return folder == null ? defaultFolder : folder.toAbsolutePath().normalize();
    }

    private Scope scope() {
        check(from == null || to == null || from.isBefore(to), "--from is not before --to");
        check(from == null || from.getEpochSecond() >= 0, "--from is before 1970");
        check(sample == null || sample > 0, "--sample must be positive");
        check(sample == null || pairs.isEmpty(), "--sample and --pair exclude each other");
        Set<String> compared = new TreeSet<>();
        for (String pair : pairs) {
            int colon = pair.indexOf(':');
            check(
                    colon > 0 && colon < pair.length() - 1,
                    "--pair is of the form CHAIN:ADDRESS, not " + pair);
            String chain = pair.substring(0, colon);
            compared.add(chain + ':' + Swap.compared(chain, pair.substring(colon + 1)));
        }
        return new Scope(
                from == null ? 0 : from.getEpochSecond(),
                to == null ? Long.MAX_VALUE : to.getEpochSecond(),
                compared,
                sample == null ? OptionalInt.empty() : OptionalInt.of(sample),
                seed);
    }

    private int verify(Cluster cluster, Scope scope) throws InterruptedException {
        Verdict verdict;
        try (VerifyProgress progress =
                onTerminal ? VerifyProgress.asBar(err) : VerifyProgress.inLines(err)) {
            verdict = Verification.run(cluster, scope, Duration.ofSeconds(settleSeconds), progress);
        } catch (IllegalStateException e) {
            // a secret or a certificate that is missing
            throw VerificationException.ofThisMachine(e.getMessage(), e);
        }
        verdict.lines().forEach(out::println);
        out.flush();
        return verdict.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
