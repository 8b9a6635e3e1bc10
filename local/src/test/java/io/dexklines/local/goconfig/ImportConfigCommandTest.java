package io.dexklines.local.goconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ImportConfigCommandTest {

    /** A file as the dataflow service has it, with every key that the job knows. */
    private static final String DATAFLOW =
            """
            Name: dataflow.rpc
            ListenOn: 0.0.0.0:8084
            KqSol:
              Name: trades
              Brokers:
                - kafka-1:9093
                - kafka-2:9093
              Group: dex-dataflow
              Topic: sol-trades
              Offset: first
              Conns: 1
              Consumers: 3
              Processors: 4
              MinBytes: 10240
              MaxBytes: 10485760
              Username: writer
              Password: "canary-kafka"
              CaFile: /etc/kafka/ca.pem
              ForceCommit: false
            Mysql:
              Master:
                Path: db
                Port: 3306
                Dbname: rc_dexs
                Username: root
                Password: canary-mysql
                MaxIdleConns: 20
                Config: charset=utf8mb4&parseTime=true&loc=Local&timeout=10s
              Slave:
                - Path: replica
                  Dbname: rc_dexs
                  Username: root
                  Password: canary-replica
            redis:
              Host: cache:6379
              Type: "node"
              Pass: 0123
              Tls: false
              Db: 2
              Key: "10"
              PingTimeout: 10s
            Sol:
              NodeUrl: [https://canary-node]
            """;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyKeyIsSetOrNamed() throws Exception {
        assertThat(run(DATAFLOW)).isZero();

        Path secrets = folder.resolve("out.secrets");
        Map<String, String> expected = new TreeMap<>();
        expected.put("kafka.bootstrap-servers", "kafka-1:9093,kafka-2:9093");
        expected.put("kafka.group-id", "dex-dataflow-klines");
        expected.put("kafka.start-offset", "first");
        expected.put("kafka.fetch-min-bytes", "10240 bytes");
        expected.put("kafka.fetch-max-bytes", "10485760 bytes");
        expected.put("kafka.security-protocol", "SASL_SSL");
        expected.put("kafka.sasl-mechanism", "PLAIN");
        expected.put("kafka.username", "writer");
        expected.put("kafka.password", "file:" + secrets.resolve("kafka-password"));
        expected.put("kafka.ca-file", "/etc/kafka/ca.pem");
        expected.put("ingest.topics", "sol-trades=100000");
        expected.put("ingest.parallelism", "3");
        expected.put("klines.parallelism", "4");
        expected.put("mysql.url", "jdbc:mysql://db:3306/rc_dexs?connectTimeout=10000");
        expected.put("mysql.username", "root");
        expected.put("mysql.password", "file:" + secrets.resolve("mysql-password"));
        expected.put("redis.uri", "redis://cache:6379/2");
        expected.put("redis.key-prefix", "shadow:");
        expected.put("redis.password", "file:" + secrets.resolve("redis-password"));
        assertThat(properties()).isEqualTo(expected);
        assertThat(secrets.resolve("kafka-password")).hasContent("canary-kafka");
        assertThat(secrets.resolve("mysql-password")).hasContent("canary-mysql");
        assertThat(secrets.resolve("redis-password")).hasContent("0123");

        assertThat(out.toString().lines())
                .contains(
                        "KqSol.Brokers -> kafka.bootstrap-servers=kafka-1:9093,kafka-2:9093",
                        "KqSol.Conns: no counterpart: each reading subtask has one client",
                        "Mysql.Master.Config?loc: no counterpart: klines have their times as epoch"
                                + " seconds, in UTC: no date is converted",
                        "Mysql.Slave: no counterpart: a replica for readers: the job only writes,"
                                + " and the relay has a list of its own (--mysql-url)",
                        "redis.Key: no counterpart: the key of go-zero's rpc authentication, not of"
                                + " klines",
                        "Sol: unknown: not a key of go-queue or go-zero that this command knows;"
                                + " nothing was taken from it")
                .anyMatch(
                        line ->
                                line.startsWith("KqSol.Group -> ")
                                        && line.endsWith("--group dex-dataflow`"))
                .last()
                .isEqualTo(
                        "IMPORTED %s keys=19 without-counterpart=12 unknown=1"
                                .formatted(folder.resolve("out.properties")));
        assertThat(keysNamed())
                .contains("Name", "ListenOn", "KqSol.Name", "KqSol.Topic", "KqSol.Offset")
                .contains("KqSol.Consumers", "KqSol.Processors", "KqSol.MinBytes", "KqSol.MaxBytes")
                .contains("KqSol.Username", "KqSol.Password", "KqSol.CaFile", "KqSol.ForceCommit")
                .contains("Mysql.Master.Path", "Mysql.Master.Port", "Mysql.Master.Dbname")
                .contains("Mysql.Master.Username", "Mysql.Master.Password")
                .contains("Mysql.Master.MaxIdleConns", "Mysql.Master.Config?charset")
                .contains("Mysql.Master.Config?parseTime", "Mysql.Master.Config?timeout")
                .contains("redis.Host", "redis.Type", "redis.Pass", "redis.Tls", "redis.Db")
                .contains("redis.PingTimeout");
        assertNoCanary();
    }

    @Test
    void theFilesAreOfTheirOwnerOnlyAndNoneIsOverwritten() throws Exception {
        assertThat(run(DATAFLOW)).isZero();
        Path written = folder.resolve("out.properties");
        for (Path file : List.of(written, folder.resolve("out.secrets/mysql-password"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve("out.secrets")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        Files.delete(written);

        assertThat(run(DATAFLOW)).isEqualTo(3);

        assertThat(err.toString())
                .isEqualTo(
                        "klines: %s exists already: name another file with --output, or overwrite with --force%n"
                                .formatted(folder.resolve("out.secrets/kafka-password")));
        assertThat(written).doesNotExist();
        Path target = Files.writeString(folder.resolve("target"), "untouched");
        Files.createSymbolicLink(written, target);

        assertThat(run(DATAFLOW, "--force")).isZero();

        assertThat(target).hasContent("untouched");
        assertThat(Files.isSymbolicLink(written)).isFalse();
        assertThat(properties()).containsEntry("kafka.username", "writer");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void severalConsumersBecomeOneJob() throws Exception {
        assertThat(
                        run(
                                """
Mysql: root:canary:@/x@tcp([::1]:3307)/dex?tls=skip-verify&readTimeout=1m30s&time_zone=%27%2B8%3A00%27&foo=1
Dataflow:
  Kq: &kq {Brokers: "a:1,b:1", Group: flow, Topic: sol-trades, Consumers: 2}
Services:
  - Market: {<<: *kq, Group: market, Consumers: 5, offset: last}
  - SmartMoney:
      KqBsc: {Brokers: [b:1], Group: money, Topic: own.topic, Consumers: 1}
      Alerts: {Brokers: [b:1], Topic: alerts}
CacheRedis:
  - Host: r1:6379,r2:6379
    Type: cluster
    Tls: true
    Pass: ${REDIS_PASS}
""",
                                "--chains", "own.topic=56,97"))
                .isZero();

        assertThat(properties())
                .containsEntry("kafka.bootstrap-servers", "a:1,b:1")
                .containsEntry("kafka.group-id", "flow-klines")
                .containsEntry("kafka.start-offset", "last")
                .containsEntry("ingest.topics", "sol-trades=100000;own.topic=56,97")
                .containsEntry("ingest.parallelism", "6")
                .doesNotContainKeys("klines.parallelism", "kafka.security-protocol")
                .containsEntry(
                        "mysql.url",
                        "jdbc:mysql://[::1]:3307/dex?sslMode=REQUIRED&socketTimeout=90000")
                .containsEntry("redis.uri", "rediss-cluster://r1:6379,r2:6379")
                .containsEntry("redis.password", "env:REDIS_PASS");
        assertThat(folder.resolve("out.secrets/mysql-password")).hasContent("canary:@/x");
        assertThat(out.toString().lines())
                .contains(
                        "Mysql?foo: unknown: not a key of go-queue or go-zero that this command"
                                + " knows; nothing was taken from it",
                        "Services[0].Market.Brokers -> kafka.bootstrap-servers=a:1,b:1")
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "Services[1].SmartMoney.Alerts.Brokers: no counterpart: of"
                                                + " a producer"))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "Dataflow.Kq.Offset -> kafka.start-offset=last: not"
                                                + " given"));
        assertNoCanary();
    }

    @Test
    void aBlockThatDoesNotFitIsNamedAndCanBeLeftOut() throws Exception {
        String two =
                """
                Sol: {Brokers: [a:1], Group: g, Topic: sol-trades}
                Bsc: {Brokers: [z:1], Group: g, Topic: bsc-trades}
                Mysql: {DataSource: "u:canary@tcp(db)/dex"}
                Other: {Mysql: {DataSource: "u:canary@tcp(db)/users"}}
                """;

        assertThat(run(two)).isEqualTo(2);
        assertThat(run(two, "--skip", "Bsc")).isEqualTo(2);
        assertThat(run(two, "--skip", "Bsc", "--skip", "Nothing")).isEqualTo(2);
        assertThat(run(two, "--skip", "bsc", "--skip", "Other.Mysql")).isZero();

        assertThat(err.toString().lines())
                .containsExactly(
                        "klines: Sol.Brokers and Bsc.Brokers have no broker in common, and a job"
                                + " reads one cluster: leave one out with --skip",
                        "klines: Mysql.DataSource and Other.Mysql.DataSource are different"
                                + " databases, and the job writes to one: leave one out with --skip",
                        "klines: there is no Nothing in the file to skip");
        assertThat(properties()).containsEntry("mysql.url", "jdbc:mysql://db/dex");
        assertThat(out.toString().lines())
                .contains(
                        "Bsc: no counterpart: left out by --skip",
                        "Other.Mysql: no counterpart: left out by --skip");
        assertNoCanary();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [canary'|the file is not valid YAML at line 1, column 11: correct that line",
                "'Password: *canary'|the file is not valid YAML at line 1, column 11: correct that"
                        + " line",
                "'- canary'|the file is empty or a list, but keys with values are needed",
                "''|the file is empty or a list, but keys with values are needed",
                "'{Topic: canary, topic: x}'|the key topic in line 1 is there twice: remove one",
                "'Mysql: {DataSource: canary/d}'|the file has no consumer: no block with Brokers,"
                        + " Group and Topic. Name the file of the service that reads the trades",
                "'{Brokers: [a:1], Group: g, Topic: t}'|Topic is t, whose chains are not known:"
                        + " give them with --chains t=ID,ID, or leave the consumer out with --skip if"
                        + " it does not read trades",
                "'{Brokers: [canary@a], Group: g, Topic: bsc-trades}'|Brokers has an address that"
                        + " is not host:port",
                "'{Brokers: \"${HOSTS}\", Group: g, Topic: bsc-trades}'|Brokers refers to a"
                        + " variable of the service's environment: replace it first, for instance with"
                        + " envsubst",
                "'{Brokers: [a:1], Group: g, Topic: bsc-trades, Offset: canary}'|Offset is neither"
                        + " first nor last",
                "'{Brokers: [a:1], Group: g, Topic: bsc-trades, Consumers: canary}'|Consumers is"
                        + " not a number from 0 to 32768",
                "'{Brokers: [a:1], Group: g, Topic: bsc-trades, Username: u, Password: \"canary"
                        + " \"}'|Password ends with white space, which a file of a secret cannot hold:"
                        + " write ${NAME} there, and give the job that variable",
                "'{Brokers: [a:1], Group: g, Topic: bsc-trades, Mysql: {DataSource:"
                        + " \"u:canary@unix(/s)/d\"}}'|Mysql.DataSource does not use tcp(host:port):"
                        + " the job reaches MySQL by TCP only",
                "'{Brokers: [a:1], Group: g, Topic: bsc-trades, Redis: {Host:"
                        + " \"u:canary@h:1\"}}'|Redis has an address that is not host:port"
            })
    void whatCannotBeReadIsSaidWithoutItsValue(String yaml, String message) throws Exception {
        assertThat(run(yaml)).isEqualTo(2);

        assertThat(err.toString()).isEqualTo("klines: %s%n".formatted(message));
        assertNoCanary();
        assertThat(folder.resolve("out.properties")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 60})
    void aliasesAndDepthAreBounded(int levels) throws Exception {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < levels; i++) {
            String former = "*a" + (i - 1) + ", ";
            yaml.append("a%d: &a%d [%s]%n".formatted(i, i, former.repeat(5)));
        }

        assertThat(run(yaml.toString())).isEqualTo(2);

        assertThat(err.toString()).containsPattern("too many aliases|more than 10000 values");
    }

    @Test
    void aMappingThatContainsItselfIsRefused() throws Exception {
        assertThat(run("a: &a {b: *a}")).isEqualTo(2);

        assertThat(err.toString()).contains("nested deeper than 50");
    }

    @Test
    void aTagOfAnObjectIsRefusedAndALineFeedMakesNoKey() throws Exception {
        assertThat(run("{Group: !!javax.script.ScriptEngineManager [g]}")).isEqualTo(2);
        assertThat(err.toString()).contains("line 1, column 9");

        assertThat(
                        run(
                                "{Brokers: [a:1], Topic: bsc-trades, \"x\\e[31m\": 1, Group:"
                                        + " \"g\\nkafka.username=canary\"}"))
                .isZero();

        assertThat(properties())
                .containsEntry("kafka.group-id", "g\nkafka.username=canary-klines")
                .doesNotContainKey("kafka.username");
        assertThat(out.toString()).contains("x\uFFFD[31m: unknown");
    }

    @ParameterizedTest
    @CsvSource({"10s, 10000", "1m30s, 90000", "1.5h, 5400000", "200us, 1", "0, 0", "250ms, 250"})
    void durationsOfGoBecomeMilliseconds(String text, int ms) {
        assertThat(GoDuration.ms(text)).contains(ms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 s", "-1s", "9999999h", "1s!"})
    void otherTextsAreNoDurations(String text) {
        assertThat(GoDuration.ms(text)).isEmpty();
    }

    private int run(String yaml, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("in.yaml"), yaml);
        List<String> arguments = new ArrayList<>(List.of(file.toString(), "--output"));
        arguments.add(folder.resolve("out.properties").toString());
        arguments.addAll(List.of(options));
        return CommandErrors.install(new CommandLine(new ImportConfigCommand()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(new String[0]));
    }

    private Map<String, String> properties() throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve("out.properties"))) {
            properties.load(reader);
        }
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key)));
        return map;
    }

    private List<String> keysNamed() {
        return out.toString().lines().map(line -> line.replaceFirst("( ->|:) .*", "")).toList();
    }

    private void assertNoCanary() {
        assertThat(out.toString() + err).doesNotContain("canary");
    }
}
