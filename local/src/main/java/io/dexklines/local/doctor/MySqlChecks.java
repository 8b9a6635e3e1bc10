package io.dexklines.local.doctor;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether a job can write to a server of MySQL. */
final class MySqlChecks {

    /** The version of the tables that the job needs. */
    static final int NEEDED_SCHEMA = 6;

    private static final long MB = 1024L * 1024;

    /** A statement of a whole batch of long rows; what is larger is split. */
    private static final long PACKET_BYTES = 16 * MB;

    private static final int FLUSHED_AT_COMMIT = 1;
    private static final Duration NEXT = Duration.ofDays(7);

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final String MARIADB = "MariaDB";

    /** A version, major and minor. */
    private record Release(int major, int minor) {

        boolean isBefore(Release other) {
            return major < other.major || major == other.major && minor < other.minor;
        }
    }

    private static final Release OLDEST_MYSQL = new Release(8, 4);
    private static final Release OLDEST_MARIADB = new Release(11, 4);

    private MySqlChecks() {}

    /**
     * @param server the server and its database, such as {@code db:3306/klines}
     * @param url its JDBC URL without parameters, for commands
     * @param user the job's user
     */
    static List<Finding> findings(
            String server, String url, String user, MySqlFacts facts, Instant now) {
        String subject = "MySQL " + server;
        List<Finding> findings = new ArrayList<>();
        findings.add(version(subject, user, facts));
        findings.add(schema(subject, url, facts));
        findings.add(rights(subject, user, facts));
        if (facts.isReadOnly()) {
            findings.add(
                    Finding.problem(
                            subject,
                            "the server is read-only",
                            "name the primary in mysql.url, or switch read_only off"));
        }
        if (facts.maxPacketBytes() < PACKET_BYTES) {
            findings.add(
                    Finding.warning(
                            subject,
                            "max_allowed_packet is %d kB, so batches are split"
                                    .formatted(facts.maxPacketBytes() / 1024),
                            "set it to 64M"));
        }
        if (facts.flushAtCommit() != FLUSHED_AT_COMMIT) {
            findings.add(
                    Finding.warning(
                            subject,
                            "innodb_flush_log_at_trx_commit is %d, so a crash loses rows that the"
                                            .formatted(facts.flushAtCommit())
                                    + " job takes for written",
                            "set it to 1"));
        }
        addMonths(findings, subject, url, facts, now);
        return findings;
    }

    private static Finding version(String subject, String user, MySqlFacts facts) {
        boolean isMariaDb = facts.version().contains(MARIADB);
        String what = "version %s, logged in as %s".formatted(facts.version(), user);
        Matcher numbers = VERSION.matcher(facts.version());
        Release oldest = isMariaDb ? OLDEST_MARIADB : OLDEST_MYSQL;
        if (numbers.matches()
                && new Release(
                                Integer.parseInt(numbers.group(1)),
                                Integer.parseInt(numbers.group(2)))
                        .isBefore(oldest)) {
            return Finding.warning(
                    subject, what, "the tables are made for MySQL 8.4 and MariaDB 11.4 or newer");
        }
        return Finding.ok(subject, what);
    }

    private static Finding schema(String subject, String url, MySqlFacts facts) {
        String migrate =
                "run `klines migrate --mysql-url %s --mysql-user NAME --mysql-password file:/PATH`"
                        .formatted(url);
        if (facts.schemaVersion().isEmpty()) {
            return Finding.problem(
                    subject,
                    "the tables have no version that the user can read, but the job needs version "
                            + NEEDED_SCHEMA,
                    migrate);
        }
        int version = facts.schemaVersion().getAsInt();
        if (version < NEEDED_SCHEMA) {
            return Finding.problem(
                    subject,
                    "the tables have version %d, but the job needs version %d"
                            .formatted(version, NEEDED_SCHEMA),
                    migrate);
        }
        if (!facts.missing().isEmpty()) {
            return Finding.problem(
                    subject,
                    "the tables have version %d, but %s does not exist"
                            .formatted(version, String.join(", ", facts.missing())),
                    "restore it, or migrate an empty database");
        }
        return Finding.ok(subject, "the tables have version " + version);
    }

    private static Finding rights(String subject, String user, MySqlFacts facts) {
        if (facts.denied().isEmpty()) {
            return Finding.ok(subject, user + " may read and write the tables");
        }
        List<String> lacking = new ArrayList<>();
        for (Map.Entry<String, Set<String>> table : new TreeMap<>(facts.denied()).entrySet()) {
            lacking.add(String.join(", ", table.getValue()) + " on " + table.getKey());
        }
        return Finding.problem(
                subject,
                "%s lacks %s".formatted(user, String.join("; ", lacking)),
                "grant SELECT, INSERT, UPDATE on the database (sql/mysql/README.md)");
    }

    private static void addMonths(
            List<Finding> findings, String subject, String url, MySqlFacts facts, Instant now) {
        if (facts.monthsEndSeconds().isEmpty()) {
            return;
        }
        Instant end = Instant.ofEpochSecond(facts.monthsEndSeconds().getAsLong());
        if (end.isBefore(now.plus(NEXT))) {
            findings.add(
                    Finding.warning(
                            subject,
                            "the table kline has no partition for %s"
                                    .formatted(YearMonth.from(end.atOffset(ZoneOffset.UTC))),
                            "run `klines migrate --mysql-url %s` once a day".formatted(url)));
        }
    }
}
