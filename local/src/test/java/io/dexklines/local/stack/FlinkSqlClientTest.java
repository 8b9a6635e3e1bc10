package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlinkSqlClientTest {

    @Test
    void queriesHaveOneSlotAndNoCheckpointsAmongThoseOfTheJob() {
        List<String> commandLine =
                List.of(
                        "execution.checkpointing.dir: 'file:///stack/flink/checkpoints'",
                        "execution.checkpointing.interval: '5 s'",
                        "parallelism.default: '2'",
                        "rest.address: '127.0.0.1'",
                        "rest.bind-address: '127.0.0.1'",
                        "rest.bind-port: '14727'",
                        "rest.port: '14727'");

        assertThat(FlinkSqlClient.configuration(commandLine, Path.of("/stack/flink/sql")))
                .isEqualTo(
                        """
                        rest.address: '127.0.0.1'
                        rest.port: '14727'
                        execution.checkpointing.dir: 'file:///stack/flink/sql'
                        parallelism.default: '1'
                        sql-client.execution.result-mode: 'tableau'
                        """);
    }

    @Test
    void everyTableHasTheBrokersAndTheLogin() {
        Map<String, Object> brokers = Map.of("bootstrap.servers", "127.0.0.1:9092");
        Map<String, Object> login =
                Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:9092",
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.jaas.config",
                        "Module required password=\"it's\";");
        String options =
                "'properties.bootstrap.servers' = '127.0.0.1:9092',"
                        + " 'properties.sasl.jaas.config' = 'Module required password=\"it''s\";',"
                        + " 'properties.security.protocol' = 'SASL_PLAINTEXT'";

        assertThat(FlinkSqlClient.tableOptions(login, false).strip().lines())
                .containsExactly(
                        "ALTER TABLE sol_trades SET (" + options + ");",
                        "ALTER TABLE bsc_trades SET (" + options + ");",
                        "ALTER TABLE evm_trades SET (" + options + ");",
                        "ALTER TABLE trades_excluded SET (" + options + ");",
                        "ALTER TABLE smart_money_wallets SET (" + options + ");");
        assertThat(FlinkSqlClient.tableOptions(brokers, true))
                .contains(
                        "ALTER TABLE sol_trades SET ('properties.bootstrap.servers' ="
                                + " '127.0.0.1:9092', 'scan.bounded.mode' = 'latest-offset');");
    }

    @Test
    void aQueryBringsTheConnectorAndWhatTheClusterLacksOfFlinkSql() {
        String classPath =
                "/m2/flink-sql-client-2.2.0.jar:/m2/flink-table-runtime-2.2.0.jar"
                        + ":/m2/flink-table-planner_2.12-2.2.0.jar:/m2/flink-table-common-2.2.0.jar"
                        + ":/m2/flink-table-api-java-2.2.0.jar"
                        + ":/m2/flink-table-api-java-bridge-2.2.0.jar"
                        + ":/m2/flink-connector-kafka-5.0.0-2.2.jar:/m2/kafka-clients-4.2.0.jar";

        assertThat(FlinkSqlClient.jars(classPath, Path.of("/udfs/klines-sql.jar")))
                .containsExactly(
                        "/m2/flink-table-runtime-2.2.0.jar",
                        "/m2/flink-table-common-2.2.0.jar",
                        "/m2/flink-table-api-java-2.2.0.jar",
                        "/m2/flink-connector-kafka-5.0.0-2.2.jar",
                        "/m2/kafka-clients-4.2.0.jar",
                        "/udfs/klines-sql.jar");
    }
}
