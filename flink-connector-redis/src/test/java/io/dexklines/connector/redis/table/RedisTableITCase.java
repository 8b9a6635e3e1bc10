package io.dexklines.connector.redis.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.LocalRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.resps.Tuple;

/** Tests SQL statements with Flink's planner and a real server. */
@Timeout(120)
class RedisTableITCase {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    @TempDir static Path folder;

    private static LocalRedis redis;

    private StreamExecutionEnvironment streams;
    private StreamTableEnvironment tables;
    private Jedis client;

    @BeforeAll
    static void startRedis() throws IOException {
        redis = LocalRedis.start(folder);
    }

    @AfterAll
    static void stopRedis() throws IOException {
        redis.close();
    }

    @BeforeEach
    void emptyRedis() {
        client = redis.client();
        client.flushAll();
        streams = StreamExecutionEnvironment.getExecutionEnvironment();
        streams.setParallelism(1);
        tables = StreamTableEnvironment.create(streams);
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    @Test
    void insertedRowsAreHashes() throws Exception {
        createPrices("'command' = 'HSET', 'key.prefix' = 'price:', 'ttl' = '1 h'");

        run(
                "INSERT INTO prices VALUES ('EUR', 'x', 1.5, 7), ('USD', 'y',"
                        + " CAST(NULL AS DECIMAL(20, 4)), 8)");

        assertThat(client.keys("*")).containsExactlyInAnyOrder("price:x:EUR", "price:y:USD");
        assertThat(client.hgetAll("price:x:EUR"))
                .isEqualTo(Map.of("price", "1.5000", "trades", "7"));
        assertThat(client.hgetAll("price:y:USD")).isEqualTo(Map.of("trades", "8"));
        assertThat(client.pttl("price:x:EUR")).isBetween(3_000_000L, 3_600_000L);
    }

    @Test
    void onlyTheColumnsOfAnInsertAreWritten() throws Exception {
        createPrices("'command' = 'HSET'");
        client.hset("x:EUR", Map.of("price", "1.5000", "trades", "7", "note", "of someone else"));

        run("INSERT INTO prices (symbol, venue, trades) VALUES ('EUR', 'x', 9)");

        assertThat(client.hgetAll("x:EUR"))
                .isEqualTo(Map.of("price", "1.5000", "trades", "9", "note", "of someone else"));
    }

    @Test
    void anAggregateThatChangesAndIsDeletedLeavesItsLastState() throws Exception {
        createScores("'command' = 'SET', 'key.prefix' = 'score:'");
        changes(
                Row.ofKind(RowKind.INSERT, "go", "ann", 1L),
                Row.ofKind(RowKind.INSERT, "go", "bob", 2L),
                Row.ofKind(RowKind.UPDATE_BEFORE, "go", "ann", 1L),
                Row.ofKind(RowKind.UPDATE_AFTER, "go", "ann", 5L),
                Row.ofKind(RowKind.DELETE, "go", "bob", 2L));

        run(
                "INSERT INTO scores SELECT game, player, SUM(score) FROM changes GROUP BY game, player");

        assertThat(client.keys("*")).containsExactly("score:go:ann");
        assertThat(client.get("score:go:ann")).isEqualTo("5");
    }

    @Test
    void rowsAreMembersOfASortedSet() throws Exception {
        createScores("'command' = 'ZADD', 'key.prefix' = 'board:'");
        changes(
                Row.ofKind(RowKind.INSERT, "go", "ann", 1L),
                Row.ofKind(RowKind.INSERT, "go", "bob", 2L),
                Row.ofKind(RowKind.INSERT, "chess", "bob", 3L),
                Row.ofKind(RowKind.UPDATE_AFTER, "go", "ann", 5L),
                Row.ofKind(RowKind.DELETE, "go", "bob", 2L));

        run("INSERT INTO scores SELECT * FROM changes");

        assertThat(client.keys("*")).containsExactlyInAnyOrder("board:go", "board:chess");
        assertThat(client.zrangeWithScores("board:go", 0, -1))
                .containsExactly(new Tuple("ann", 5.0));
        assertThat(client.zscore("board:chess", "bob")).isEqualTo(3.0);
    }

    @Test
    void aSmallerVersionNeverReplacesALargerOne() throws Exception {
        createPrices("'command' = 'HSET', 'version-column' = 'trades'");
        // 2^53 and 2^53 + 1 are the same number in Lua
        run("INSERT INTO prices VALUES ('EUR', 'x', 2.5, 9007199254740993)");

        run("INSERT INTO prices VALUES ('EUR', 'x', 1.5, 9007199254740992)");
        assertThat(client.hget("x:EUR", "price")).isEqualTo("2.5000");
        run("INSERT INTO prices VALUES ('EUR', 'x', 1.5, -9007199254740994)");
        assertThat(client.hget("x:EUR", "price")).isEqualTo("2.5000");
        run("INSERT INTO prices VALUES ('EUR', 'x', 3.5, 9007199254740993)");
        assertThat(client.hget("x:EUR", "price")).isEqualTo("3.5000");
        run(
                "INSERT INTO prices VALUES ('EUR', 'x', CAST(NULL AS DECIMAL(20, 4)),"
                        + " 10000000000000000)");

        assertThat(client.hgetAll("x:EUR")).isEqualTo(Map.of("trades", "10000000000000000"));
        assertThat(client.pttl("x:EUR")).isEqualTo(-1);
    }

    @Test
    void negativeVersionsAreOrdered() throws Exception {
        createPrices("'command' = 'HSET', 'version-column' = 'trades'");
        run("INSERT INTO prices VALUES ('EUR', 'x', 1, -9)");

        run("INSERT INTO prices VALUES ('EUR', 'x', 2, -10)");
        assertThat(client.hget("x:EUR", "trades")).isEqualTo("-9");
        run("INSERT INTO prices VALUES ('EUR', 'x', 2, -8)");
        assertThat(client.hget("x:EUR", "trades")).isEqualTo("-8");
        run("INSERT INTO prices VALUES ('EUR', 'x', 3, 0)");
        assertThat(client.hget("x:EUR", "trades")).isEqualTo("0");
    }

    @Test
    void anOlderWriteDoesNotRestoreADeletedRow() throws Exception {
        createPrices("'command' = 'HSET', 'version-column' = 'trades'");
        tables.executeSql(
                "CREATE TEMPORARY VIEW old_prices AS SELECT * FROM (VALUES ('EUR', 'x',"
                        + " CAST(1.5 AS DECIMAL(20, 4)), CAST(6 AS BIGINT))) AS t (symbol, venue,"
                        + " price, trades)");
        Table deletion =
                tables.fromChangelogStream(
                        streams.fromData(
                                Types.ROW(Types.STRING, Types.LONG),
                                Row.ofKind(RowKind.INSERT, "EUR", 7L),
                                Row.ofKind(RowKind.DELETE, "EUR", 7L)),
                        Schema.newBuilder()
                                .column("f0", DataTypes.STRING().notNull())
                                .column("f1", DataTypes.BIGINT().notNull())
                                .primaryKey("f0")
                                .build(),
                        ChangelogMode.all());
        tables.createTemporaryView("deletion", deletion);

        run("INSERT INTO prices SELECT f0, 'x', CAST(1 AS DECIMAL(20, 4)), f1 FROM" + " deletion");
        assertThat(client.hgetAll("x:EUR"))
                .isEqualTo(Map.of("trades", "7", VersionedHashConverter.DELETED_FIELD, "1"));
        assertThat(client.pttl("x:EUR")).isBetween(3_000_000L, 3_600_000L);

        run("INSERT INTO prices SELECT * FROM old_prices");
        assertThat(client.hget("x:EUR", "price")).as("an older write").isNull();
        run("INSERT INTO prices SELECT symbol, venue, price, trades + 1 FROM old_prices");
        assertThat(client.hget("x:EUR", "price")).as("the write that was deleted").isNull();
        run("INSERT INTO prices SELECT symbol, venue, price, trades + 2 FROM old_prices");
        assertThat(client.hgetAll("x:EUR")).isEqualTo(Map.of("price", "1.5000", "trades", "8"));
        assertThat(client.pttl("x:EUR")).as("no longer expires").isEqualTo(-1);
    }

    @Test
    void anInvalidTableIsRefusedWhenTheStatementIsPlanned() {
        createPrices("'command' = 'SET'");

        assertThatThrownBy(() -> run("INSERT INTO prices VALUES ('EUR', 'x', 1.5, 7)"))
                .hasStackTraceContaining("'command' = 'SET' needs one column")
                .hasStackTraceContaining("there are 2");
    }

    @Test
    void aLiteralPasswordIsRefusedAndNotShown() {
        createPrices("'command' = 'HSET', 'password' = 'canary'");

        assertThatThrownBy(() -> run("INSERT INTO prices VALUES ('EUR', 'x', 1.5, 7)"))
                .hasStackTraceContaining("must be given by reference")
                .satisfies(
                        thrown ->
                                assertThat(ExceptionUtils.stringifyException(thrown))
                                        .doesNotContain("canary"));
    }

    @Test
    void aPasswordIsReadFromItsFile() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "canary\n");
        Path data = Files.createDirectory(folder.resolve("locked"));
        try (LocalRedis locked = LocalRedis.start(data, "requirepass canary");
                Jedis reader =
                        new Jedis(
                                new HostAndPort("127.0.0.1", locked.port()),
                                DefaultJedisClientConfig.builder()
                                        .resp2()
                                        .password("canary")
                                        .build())) {
            createPrices(
                    locked,
                    "'command' = 'HSET', 'password' = 'file:" + password.toAbsolutePath() + "'");

            run("INSERT INTO prices VALUES ('EUR', 'x', 1.5, 7)");

            assertThat(reader.hget("x:EUR", "trades")).isEqualTo("7");
        }
    }

    private void createPrices(String options) {
        createPrices(redis, options);
    }

    private void createPrices(LocalRedis server, String options) {
        tables.executeSql(
                "CREATE TABLE prices (symbol STRING, venue STRING, price DECIMAL(20, 4), trades"
                        + " BIGINT NOT NULL, PRIMARY KEY (venue, symbol) NOT ENFORCED) WITH"
                        + " ('connector' = 'redis', 'nodes' = '127.0.0.1:"
                        + server.port()
                        + "', "
                        + options
                        + ")");
    }

    private void createScores(String options) {
        tables.executeSql(
                "CREATE TABLE scores (game STRING, player STRING, score BIGINT, PRIMARY KEY (game,"
                        + " player) NOT ENFORCED) WITH ('connector' = 'redis', 'uri' ="
                        + " 'redis://127.0.0.1:"
                        + redis.port()
                        + "', "
                        + options
                        + ")");
    }

    /** Creates the view {@code changes} with the columns game, player and score. */
    private void changes(Row... rows) {
        tables.createTemporaryView(
                "changes",
                tables.fromChangelogStream(
                        streams.fromData(
                                Types.ROW_NAMED(
                                        new String[] {"game", "player", "score"},
                                        Types.STRING,
                                        Types.STRING,
                                        Types.LONG),
                                rows)));
    }

    private void run(String insert) throws Exception {
        tables.executeSql(insert).await();
    }
}
