package io.dexklines.job.source.lists.sync;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobOptions;
import io.dexklines.job.config.ReferencedPasswordLoginModule;
import io.dexklines.secret.SecretReference;
import io.dexklines.text.JdbcUrls;
import io.dexklines.trade.Identifier;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * The options of {@code klines lists sync}, {@code --name value} or {@code --name=value}. The
 * properties file of {@code --config} may have them too, by their names without hyphens in front.
 * An option overrides the file.
 *
 * @param source the name under which records are published, an identifier
 * @param walletsQuery null if wallets come from the follows only
 * @param followsQuery null if the follows are left alone
 * @param kafka the properties of a client that connects
 * @param chains the chains of the job
 * @param maxRemovals the most removals of a poll
 * @param interval the time between two polls
 * @param once whether there is only one poll
 * @param allowsRemovals whether the limit and an empty answer are ignored
 * @param adopts whether records of others for which there is a row become those of this source
 * @param successFile a file that exists while the last poll succeeded; null for none
 */
record SyncSettings(
        String source,
        TeamDatabase database,
        String walletsQuery,
        String followsQuery,
        Map<String, Object> kafka,
        String walletsTopic,
        String followsTopic,
        Set<String> chains,
        RemovalLimit maxRemovals,
        Duration interval,
        boolean once,
        boolean allowsRemovals,
        boolean adopts,
        Path successFile) {

    private static final String CONFIG = "config";

    /** The options that have a value, which the file may have too. */
    static final Set<String> VALUES =
            Set.of(
                    "name",
                    "jdbc-url",
                    "jdbc-user",
                    "jdbc-password",
                    "wallets-query",
                    "follows-query",
                    "bootstrap-servers",
                    "command-config",
                    "kafka-user",
                    "kafka-password",
                    "wallets-topic",
                    "follows-topic",
                    "chains",
                    "max-removals",
                    "interval",
                    "success-file");

    /** The options without a value, which only the command line has. */
    static final Set<String> FLAGS = Set.of("once", "allow-removals", "adopt");

    private static final String DEFAULT_NAME = "database";
    private static final String DEFAULT_CHAINS = "1,10,56,137,8453,42161,100000";
    private static final String DEFAULT_MAX_REMOVALS = "10,10%";
    private static final String DEFAULT_INTERVAL = "30";
    private static final long MAX_INTERVAL_SECONDS = 86_400;

    private static final String FILE = "file:";
    private static final List<String> MECHANISMS =
            List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    /**
     * Parses and checks options.
     *
     * @throws IllegalArgumentException if an option is unknown, missing or invalid; the message is
     *     for the user
     * @throws UncheckedIOException if a file cannot be read
     */
    static SyncSettings parse(String[] args) {
        Map<String, String> given = new HashMap<>();
        Set<String> flags = new HashSet<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                // the argument is not shown, because it may be a secret without its name
                throw new IllegalArgumentException(
                        "argument " + (i + 1) + " is neither an option nor the value of one");
            }
            String[] parts = args[i].substring(2).split("=", 2);
            if (FLAGS.contains(parts[0]) && parts.length == 1) {
                flags.add(parts[0]);
            } else if (parts.length == 2) {
                given.put(known(parts[0]), parts[1]);
            } else if (++i < args.length) {
                given.put(known(parts[0]), args[i]);
            } else {
                throw new IllegalArgumentException("--" + parts[0] + " has no value");
            }
        }
        if (given.containsKey(CONFIG)) {
            properties(Path.of(given.remove(CONFIG)))
                    .forEach((name, value) -> given.putIfAbsent(known(name), value));
        }
        return of(given, flags);
    }

    private static String known(String name) {
        if (!VALUES.contains(name) && !name.equals(CONFIG)) {
            throw new IllegalArgumentException(
                    FLAGS.contains(name)
                            ? "--"
                                    + name
                                    + " has no value and is an option of the command line only"
                            : "there is no option --" + name);
        }
        return name;
    }

    private static SyncSettings of(Map<String, String> given, Set<String> flags) {
        boolean once = flags.contains("once");
        for (String flag : List.of("allow-removals", "adopt")) {
            check(
                    once || !flags.contains(flag),
                    flag,
                    "needs --once: it is meant for a poll that you watch");
        }
        String walletsQuery = text(given, "wallets-query");
        String followsQuery = text(given, "follows-query");
        if (walletsQuery == null && followsQuery == null) {
            throw new IllegalArgumentException("--wallets-query or --follows-query is missing");
        }
        String source = given.getOrDefault("name", DEFAULT_NAME);
        String problem = Identifier.problem(source);
        check(problem == null, "name", problem);
        String successFile = given.get("success-file");
        return new SyncSettings(
                source,
                database(given),
                walletsQuery,
                followsQuery,
                kafka(given),
                given.getOrDefault(
                        "wallets-topic", KlineJobOptions.SMART_MONEY_WALLETS_TOPIC.defaultValue()),
                given.getOrDefault(
                        "follows-topic", KlineJobOptions.SMART_MONEY_FOLLOWS_TOPIC.defaultValue()),
                Set.of(given.getOrDefault("chains", DEFAULT_CHAINS).strip().split("\\s*,\\s*")),
                parsedLimit(given.getOrDefault("max-removals", DEFAULT_MAX_REMOVALS)),
                interval(given.getOrDefault("interval", DEFAULT_INTERVAL)),
                once,
                flags.contains("allow-removals"),
                flags.contains("adopt"),
                successFile == null ? null : Path.of(successFile));
    }

    private static TeamDatabase database(Map<String, String> given) {
        String url = required(given, "jdbc-url");
        try {
            JdbcUrls.refuseCredentials(url);
        } catch (IllegalArgumentException e) {
            throw invalid("jdbc-url", e.getMessage());
        }
        check(url.startsWith("jdbc:"), "jdbc-url", "does not begin with jdbc:");
        return new TeamDatabase(url, given.get("jdbc-user"), secret(given, "jdbc-password"));
    }

    private static Map<String, Object> kafka(Map<String, String> given) {
        Map<String, Object> properties = new HashMap<>();
        String file = given.get("command-config");
        if (file != null) {
            properties.putAll(properties(Path.of(file)));
        }
        properties.put(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, required(given, "bootstrap-servers"));
        String user = given.get("kafka-user");
        SecretReference password = secret(given, "kafka-password");
        check((user == null) == (password == null), "kafka-user", "needs --kafka-password too");
        if (user != null) {
            Object mechanism = properties.getOrDefault(SaslConfigs.SASL_MECHANISM, "");
            check(
                    MECHANISMS.contains(mechanism.toString()),
                    "kafka-user",
                    "needs sasl.mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 in"
                            + " --command-config");
            properties.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    ReferencedPasswordLoginModule.entry(
                            new KafkaSettings.Security(
                                    "SASL_SSL", mechanism.toString(), user, password, null)));
        }
        return properties;
    }

    private static SecretReference secret(Map<String, String> given, String name) {
        String reference = given.get(name);
        try {
            return reference == null ? null : new SecretReference(reference);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--" + name + ": " + e.getMessage(), e);
        }
    }

    /** Returns the text of an option, or of the file that it names as {@code file:/path}. */
    private static String text(Map<String, String> given, String name) {
        String text = given.get(name);
        if (text != null && text.startsWith(FILE + "/")) {
            Path file = Path.of(text.substring(FILE.length()));
            try {
                text = Files.readString(file);
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        check(text == null || !text.isBlank(), name, "is empty");
        return text;
    }

    private static RemovalLimit parsedLimit(String text) {
        try {
            return RemovalLimit.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid("max-removals", e.getMessage());
        }
    }

    private static Duration interval(String text) {
        check(
                text.matches("[0-9]{1,5}")
                        && Long.parseLong(text) >= 1
                        && Long.parseLong(text) <= MAX_INTERVAL_SECONDS,
                "interval",
                "is 1 to " + MAX_INTERVAL_SECONDS + " seconds, not '" + text + "'");
        return Duration.ofSeconds(Long.parseLong(text));
    }

    private static String required(Map<String, String> given, String name) {
        String value = given.get(name);
        check(value != null && !value.isBlank(), name, "is missing");
        return value;
    }

    private static Map<String, String> properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
        Map<String, String> values = new HashMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    private static UncheckedIOException unreadable(Path file, IOException e) {
        String why =
                e instanceof NoSuchFileException ? "no such file" : e.getClass().getSimpleName();
        return new UncheckedIOException(new IOException(file + ": " + why, e));
    }

    private static void check(boolean holds, String name, String otherwise) {
        if (!holds) {
            throw invalid(name, otherwise);
        }
    }

    private static IllegalArgumentException invalid(String name, String why) {
        return new IllegalArgumentException("--" + name + " " + why);
    }
}
