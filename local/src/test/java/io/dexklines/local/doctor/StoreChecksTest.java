package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.doctor.RelayFacts.Token;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a configuration, MySQL, Redis and relays say, and what follows from it for a job. */
class StoreChecksTest {

    private static final Instant NOW = Instant.parse("2026-01-05T00:00:00Z");
    private static final long FEBRUARY = Instant.parse("2026-02-01T00:00:00Z").getEpochSecond();
    private static final URI RELAY = URI.create("ws://relay:8090/publish");

    private static final MySqlFacts MYSQL =
            new MySqlFacts(
                    "8.4.3",
                    OptionalInt.of(6),
                    Map.of(),
                    List.of(),
                    false,
                    64 * 1024 * 1024,
                    1,
                    OptionalLong.of(FEBRUARY));

    @Test
    void aDatabaseThatIsWell() {
        assertThat(mysql(MYSQL))
                .containsExactly(
                        "ok       MySQL db:3306/klines: version 8.4.3, logged in as klines",
                        "ok       MySQL db:3306/klines: the tables have version 6",
                        "ok       MySQL db:3306/klines: klines may read and write the tables");
    }

    @Test
    void aDatabaseOnWhichNothingIsRight() {
        MySqlFacts facts =
                new MySqlFacts(
                        "10.6.1-MariaDB",
                        OptionalInt.of(5),
                        Map.of("kline", new TreeSet<>(Set.of("UPDATE", "INSERT"))),
                        List.of(),
                        true,
                        1024 * 1024,
                        2,
                        OptionalLong.of(NOW.plusSeconds(3600).getEpochSecond()));

        assertThat(mysql(facts))
                .containsExactly(
                        "warning  MySQL db:3306/klines: version 10.6.1-MariaDB, logged in as klines:"
                                + " the tables are made for MySQL 8.4 and MariaDB 11.4 or newer",
                        "problem  MySQL db:3306/klines: the tables have version 5, but the job needs"
                                + " version 6: run `klines migrate --mysql-url"
                                + " jdbc:mysql://db/klines --mysql-user NAME --mysql-password"
                                + " file:/PATH`",
                        "problem  MySQL db:3306/klines: klines lacks INSERT, UPDATE on kline: grant"
                                + " SELECT, INSERT, UPDATE on the database (sql/mysql/README.md)",
                        "problem  MySQL db:3306/klines: the server is read-only: name the primary"
                                + " in mysql.url, or switch read_only off",
                        "warning  MySQL db:3306/klines: max_allowed_packet is 1024 kB, so batches"
                                + " are split: set it to 64M",
                        "warning  MySQL db:3306/klines: innodb_flush_log_at_trx_commit is 2, so a"
                                + " crash loses rows that the job takes for written: set it to 1",
                        "warning  MySQL db:3306/klines: the table kline has no partition for"
                                + " 2026-01: run `klines migrate --mysql-url"
                                + " jdbc:mysql://db/klines` once a day");
    }

    @Test
    void tablesWithoutAVersionOrWithAMissingTable() {
        MySqlFacts none = withTables(OptionalInt.empty(), List.of());
        MySqlFacts missing = withTables(OptionalInt.of(6), List.of("pair"));

        assertThat(mysql(none))
                .contains(
                        "problem  MySQL db:3306/klines: the tables have no version that the user can"
                                + " read, but the job needs version 6: run `klines migrate"
                                + " --mysql-url jdbc:mysql://db/klines --mysql-user NAME"
                                + " --mysql-password file:/PATH`");
        assertThat(mysql(missing))
                .contains(
                        "problem  MySQL db:3306/klines: the tables have version 6, but pair does not"
                                + " exist: restore it, or migrate an empty database");
        assertThat(mysql(withTables(OptionalInt.of(7), List.of())))
                .as("a later version")
                .contains("ok       MySQL db:3306/klines: the tables have version 7");
    }

    @Test
    void theNeededVersionIsThatOfTheJob() throws IOException {
        Path source =
                ProjectHome.find()
                        .folder()
                        .resolve(
                                "job/src/main/java/io/dexklines/job/sink/mysql/SchemaVersion.java");
        Matcher needed = Pattern.compile("NEEDED = (\\d+);").matcher(Files.readString(source));

        assertThat(needed.find()).isTrue();
        assertThat(MySqlChecks.NEEDED_SCHEMA).isEqualTo(Integer.parseInt(needed.group(1)));
    }

    @Test
    void aCacheThatIsWell() {
        assertThat(redis(true, Optional.of("noeviction"), 1024, Optional.empty(), true))
                .containsExactly(
                        "ok       Redis redis:6379: version 7.2.4, a master, user klines",
                        "ok       Redis redis:6379: klines may write kline:* and run scripts",
                        "ok       Redis redis:6379: maxmemory-policy is noeviction");
        assertThat(redis(true, Optional.empty(), 0, Optional.empty(), true))
                .contains(
                        "ok       Redis redis:6379: the user may not read maxmemory-policy, as is"
                                + " right; it has to be noeviction");
    }

    @Test
    void aCacheThatForgetsOrRefuses() {
        String grant =
                ": ACL SETUSER klines ~kline:* +@read +@write +@scripting +@connection -@dangerous";

        assertThat(redis(false, Optional.of("allkeys-lru"), 1024, Optional.empty(), true))
                .containsExactly(
                        "problem  Redis redis:6379: it is a replica, which refuses writes: name the"
                                + " master, or the sentinels, in redis.uri",
                        "problem  Redis redis:6379: maxmemory-policy is allkeys-lru, so klines"
                                + " vanish unnoticed: set it to noeviction");
        assertThat(redis(true, Optional.of("noeviction"), 0, Optional.of("NOPERM no"), true))
                .contains(
                        "problem  Redis redis:6379: klines may not write kline:*" + grant,
                        "warning  Redis redis:6379: maxmemory is not set, so the system ends a Redis"
                                + " that outgrows it: set it (docs/scaling.md)");
        assertThat(redis(true, Optional.of("noeviction"), 9, Optional.of("OOM full"), true))
                .contains(
                        "problem  Redis redis:6379: it refuses writes (OOM full): raise maxmemory"
                                + " (docs/scaling.md)");
        assertThat(redis(true, Optional.of("noeviction"), 9, Optional.empty(), false))
                .contains("problem  Redis redis:6379: klines may not run scripts" + grant);
    }

    @Test
    void relays() {
        assertThat(RelayChecks.publisher(RELAY, new RelayFacts(200, Token.ACCEPTED)).line())
                .isEqualTo("ok       relay relay:8090: up, and accepts the token");
        assertThat(RelayChecks.publisher(RELAY, new RelayFacts(200, Token.REFUSED)).line())
                .isEqualTo(
                        "problem  relay relay:8090: it refuses the token: give relay.token the value"
                                + " of the relay's --publisher-token");
        assertThat(RelayChecks.publisher(RELAY, new RelayFacts(404, Token.NOT_ASKED)).line())
                .isEqualTo(
                        "problem  relay relay:8090: no publisher is served there (/healthz answers"
                                + " 404): name the relay's admin port, as in"
                                + " ws://host:8090/publish");
        assertThat(RelayChecks.history(RELAY, new RelayFacts(200, Token.NOT_ASKED)).line())
                .isEqualTo("ok       relay relay:8090: up, for check.relay-urls");
        assertThat(RelayChecks.history(RELAY, new RelayFacts(421, Token.NOT_ASKED)).line())
                .isEqualTo(
                        "problem  relay relay:8090: /healthz answers 421: correct check.relay-urls,"
                                + " or look at the relay's log");
    }

    @Test
    void keysThatTheJobDoesNotKnow() throws IOException {
        List<String> reference =
                Files.readAllLines(
                        ProjectHome.find().folder().resolve("flink-conf/klines.properties"));

        assertThat(KeyChecks.finding(Set.of("mysql.url", "kafka.group-id"), reference).line())
                .isEqualTo("ok       configuration: the job knows all keys");
        assertThat(KeyChecks.finding(Set.of("mysql.url", "mysql.user"), reference).line())
                .isEqualTo(
                        "problem  configuration: the job knows no mysql.user, and refuses to start:"
                                + " correct or remove it (docs/configuration.md)");
    }

    @Test
    void aServerThatCannotBeReachedOutranksAProblem() {
        Diagnosis diagnosis =
                new Diagnosis(
                        List.of(
                                ProbeFailure.refused("no password", "give one").finding("MySQL"),
                                ProbeFailure.unreachable("no answer", "is it up?")
                                        .finding("Redis")));

        assertThat(diagnosis.lines())
                .containsExactly(
                        "problem  MySQL: no password: give one",
                        "problem  Redis: no answer: is it up?",
                        "VERDICT not-ready ok=0 warnings=0 problems=2");
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.SERVER);
    }

    private static MySqlFacts withTables(OptionalInt version, List<String> missing) {
        return new MySqlFacts(
                MYSQL.version(),
                version,
                Map.of(),
                missing,
                false,
                MYSQL.maxPacketBytes(),
                1,
                MYSQL.monthsEndSeconds());
    }

    private static List<String> mysql(MySqlFacts facts) {
        return MySqlChecks.findings(
                        "db:3306/klines", "jdbc:mysql://db/klines", "klines", facts, NOW)
                .stream()
                .map(Finding::line)
                .toList();
    }

    private static List<String> redis(
            boolean isMaster,
            Optional<String> policy,
            long maxMemoryBytes,
            Optional<String> refusal,
            boolean mayRunScripts) {
        RedisFacts facts =
                new RedisFacts(
                        "redis:6379",
                        Optional.of("7.2.4"),
                        isMaster,
                        policy,
                        policy.isPresent() ? OptionalLong.of(maxMemoryBytes) : OptionalLong.empty(),
                        refusal,
                        mayRunScripts);
        return RedisChecks.findings("klines", "kline:*", facts).stream()
                .map(Finding::line)
                .toList();
    }
}
