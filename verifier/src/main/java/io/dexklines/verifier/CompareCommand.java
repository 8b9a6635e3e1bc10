package io.dexklines.verifier;

import io.dexklines.secret.SecretReference;
import io.dexklines.text.RedisUri;
import io.dexklines.verifier.compare.Comparison;
import io.dexklines.verifier.compare.Finding;
import io.dexklines.verifier.compare.Interval;
import io.dexklines.verifier.compare.PairKlines;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The command {@code klines compare}. Exits with 0 if every difference has an explanation, with 1
 * if one has none, with 2 on invalid arguments or an invalid configuration, with 3 if a file or a
 * secret cannot be read or written, and with 4 if a server cannot be reached or refuses.
 */
@Command(
        name = "compare",
        description = {
            "Compares the klines of the Go consumers with those of dex-klines, and names the trades"
                    + " and the cause of every difference.",
            "",
            "It reads the Go writer's Redis, and its MySQL where --mysql names it, recomputes our"
                    + " klines from the topics, and searches for the faults of the writer that make"
                    + " each kline exactly what it is. It writes nothing, and needs no running job."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A kline is explained, ambiguous where several explanations fit, incomparable where the"
                    + " topics no longer hold all of its trades, or unexplained. Klines that close"
                    + " less than --settle seconds ago are left out, because the Go writer may not"
                    + " have read their trades. It must have read everything else.",
            "",
            "The last line reads",
            "  VERDICT compared=N equal=N explained=N ambiguous=N unexplained=N incomparable=N"
        },
        exitCodeList = {
            "0:Every difference has an explanation.",
            "1:A difference is unexplained, see the last line."
        })
public final class CompareCommand implements Callable<Integer> {

    private static final long MAX_SETTLE_SECONDS = 86_400;
    private static final long MAX_OFFSET_SECONDS = 12 * 3600;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "The job's properties file, of which the brokers and topics are used",
                "(default: those of the local stack)."
            })
    private Path config;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "Where the stack keeps its state (default: .klines in the project).")
    private Path folder;

    @Option(
            names = "--redis",
            required = true,
            paramLabel = "URI",
            description = "The Go writer's Redis, such as redis://host:6379/0. Required.")
    private String redis;

    @Option(names = "--redis-username", paramLabel = "NAME", description = "Its user.")
    private String redisUsername;

    @Option(
            names = "--redis-password",
            paramLabel = "REFERENCE",
            description = "The user's password: env:NAME or file:/path.")
    private String redisPassword;

    @Option(
            names = "--mysql",
            paramLabel = "URL",
            description = "Also compares the Go writer's MySQL, such as jdbc:mysql://host/dex.")
    private String mysql;

    @Option(names = "--mysql-username", paramLabel = "NAME", description = "Its user.")
    private String mysqlUsername;

    @Option(
            names = "--mysql-password",
            paramLabel = "REFERENCE",
            description = "The user's password: env:NAME or file:/path.")
    private String mysqlPassword;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = {
                "The time zone of the Go writer's servers, such as Asia/Shanghai",
                "(default: found by the klines of 1d)."
            })
    private String zone;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Compares only klines that open at this instant or later.")
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
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long ago a kline must have closed (default: ${DEFAULT-VALUE}).")
    private long settleSeconds;

    @Option(
            names = "--details",
            paramLabel = "FILE",
            description = "Writes each difference as a line of JSON to this file.")
    private Path details;

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
    public CompareCommand(Path defaultFolder, Function<Path, Optional<Cluster>> localStack) {
        this(defaultFolder, localStack, System.out, System.err, System.console() != null);
    }

    CompareCommand(
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
    public Integer call() {
        check(
                settleSeconds >= 0 && settleSeconds <= MAX_SETTLE_SECONDS,
                "--settle is 0 to " + MAX_SETTLE_SECONDS + ", not " + settleSeconds);
        check(config == null || folder == null, "--dir and --config exclude each other");
        check(
                mysql != null || mysqlUsername == null && mysqlPassword == null,
                "--mysql-username and --mysql-password need --mysql");
        Optional<ZoneId> given = zone();
        Scope scope = scope(Instant.now().getEpochSecond());
        Cluster.Redis theirRedis = theirRedis();
        Cluster cluster = cluster();
        CompareReport report;
        try (VerifyProgress progress =
                onTerminal ? VerifyProgress.asBar(err) : VerifyProgress.inLines(err)) {
            report = compare(cluster, theirRedis, scope, given, progress);
        } catch (IllegalStateException e) {
            // a secret that is missing
            throw VerificationException.ofThisMachine(e.getMessage(), e);
        } catch (KafkaException e) {
            throw new VerificationException("Kafka: " + e.getMessage(), e);
        } catch (JedisException e) {
            throw new VerificationException("Redis at " + redis + ": " + e.getMessage(), e);
        }
        report.lines().forEach(out::println);
        out.flush();
        return report.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private CompareReport compare(
            Cluster cluster,
            Cluster.Redis theirRedis,
            Scope scope,
            Optional<ZoneId> given,
            VerifyProgress progress) {
        long nowSeconds = Instant.now().getEpochSecond();
        GoOutputs outputs = new GoOutputs();
        progress.begin("reading Redis", 1);
        try (UnifiedJedis jedis = ClusterOutputs.jedis(theirRedis)) {
            outputs.readRedis(jedis, theirRedis.keyPrefix(), scope);
        }
        if (mysql != null) {
            progress.begin("reading MySQL", 1);
            outputs.readMySql(
                    new Cluster.Store(
                            mysql, Optional.ofNullable(mysqlUsername), secret(mysqlPassword)),
                    scope);
        }
        JobShape shape = cluster.shape();
        GoRecords records =
                new GoRecords(
                        shape.chainsByTopic(),
                        pair -> scope.pairs().isEmpty() || scope.pairs().contains(pair),
                        shape.maxFuture().toSeconds());
        long fromSeconds = scope.from() - Interval.DAY_1.seconds();
        Map<String, Long> lostUntilMs =
                TradeTopics.read(
                        cluster.kafka().clientProperties(),
                        shape.chainsByTopic().keySet(),
                        Math.max(0, fromSeconds * 1000),
                        records,
                        progress);
        Set<String> all = records.pairs();
        all.addAll(outputs.pairs());
        Comparison comparison =
                new Comparison(
                        new Comparison.Settings(
                                given.orElseGet(() -> zoneOf(outputs.beginsOfDays())),
                                scope.from(),
                                scope.to(),
                                nowSeconds,
                                outputs.isMarked()),
                        GoRecords::reference);
        progress.begin("comparing pairs", all.size());
        long done = 0;
        for (String pair : all) {
            comparison.add(
                    new PairKlines(
                            pair,
                            records.remove(pair),
                            comparableFrom(pair, shape, lostUntilMs),
                            outputs.redis(pair),
                            outputs.mysql(pair)));
            progress.advanced(++done);
        }
        Comparison.Result result = comparison.finish();
        if (details != null) {
            write(result.findings());
        }
        return new CompareReport(result);
    }

    /** Returns the time from which the topics hold every trade of a chain, in epoch seconds. */
    private static long comparableFrom(String pair, JobShape shape, Map<String, Long> lostUntilMs) {
        String chain = pair.substring(0, pair.indexOf(':'));
        long lostMs = 0;
        for (Map.Entry<String, Long> lost : lostUntilMs.entrySet()) {
            if (shape.chainsByTopic().get(lost.getKey()).contains(chain)) {
                lostMs = Math.max(lostMs, lost.getValue());
            }
        }
        return lostMs == 0 ? 0 : (lostMs + shape.maxFuture().toMillis()) / 1000 + 1;
    }

    /**
     * Returns the zone in which most days begin, as a fixed offset; UTC if there are none.
     *
     * @param begins how many klines of a day begin at each second of the day in UTC
     */
    static ZoneId zoneOf(Map<Long, Integer> begins) {
        long begin =
                begins.entrySet().stream()
                        .max(
                                Map.Entry.<Long, Integer>comparingByValue()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey)
                        .orElse(0L);
        long offset = begin <= MAX_OFFSET_SECONDS ? -begin : Interval.DAY_1.seconds() - begin;
        return ZoneOffset.ofTotalSeconds((int) offset);
    }

    private void write(List<Finding> findings) {
        try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(details))) {
            findings.forEach(finding -> writer.println(CompareReport.json(finding)));
        } catch (IOException e) {
            throw VerificationException.ofThisMachine("cannot write " + details, e);
        }
    }

    private Optional<ZoneId> zone() {
        try {
            return Optional.ofNullable(zone).map(ZoneId::of).map(ZoneId::normalized);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(), "--zone is a time zone, not " + zone, e);
        }
    }

    private Cluster.Redis theirRedis() {
        try {
            return new Cluster.Redis(
                    RedisUri.parse(redis),
                    "",
                    Optional.ofNullable(redisUsername),
                    secret(redisPassword));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--redis " + e.getMessage(), e);
        }
    }

    private Optional<SecretReference> secret(String reference) {
        try {
            return Optional.ofNullable(reference).map(SecretReference::new);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "password: " + e.getMessage(), e);
        }
    }

    private Cluster cluster() {
        if (config == null) {
            Path stack = folder == null ? defaultFolder : folder.toAbsolutePath().normalize();
            return localStack
                    .apply(stack)
                    .orElseThrow(
                            () ->
                                    new VerificationException(
                                            "no stack is up in "
                                                    + stack
                                                    + ": start one with `klines up`, or name a"
                                                    + " cluster with --config"));
        }
        try {
            return Cluster.of(config, "", List.of(), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "the job's configuration: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw VerificationException.ofThisMachine(
                    "the job's configuration: " + e.getMessage(), e);
        }
    }

    private Scope scope(long nowSeconds) {
        long settled = nowSeconds - settleSeconds;
        check(from == null || to == null || from.isBefore(to), "--from is not before --to");
        check(from == null || from.getEpochSecond() >= 0, "--from is before 1970");
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
                to == null ? settled : Math.min(settled, to.getEpochSecond()),
                compared,
                OptionalInt.empty(),
                0);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
