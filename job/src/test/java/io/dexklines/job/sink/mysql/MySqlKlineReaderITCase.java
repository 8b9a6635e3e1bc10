package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.check.KlineReaderContract;
import io.dexklines.job.sink.check.TableRows;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.trade.Pair;
import io.dexklines.trade.ServerHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract against a real MariaDB. */
class MySqlKlineReaderITCase extends KlineReaderContract {

    @TempDir private static Path folder;

    private static EmbeddedMariaDb server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedMariaDb.start(folder, 0);
        server.migrate();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Override
    protected KlineReader.Opener readers() throws Exception {
        try (Connection database = server.connect()) {
            database.createStatement().execute("DELETE FROM kline");
        }
        return servers(server.jdbcUrl(), "").get(0);
    }

    private static List<MySqlKlineReader.Server> servers(String urls, String formerUrls) {
        return MySqlKlineReader.servers(
                KlineJobSettings.load(
                                "--kafka.bootstrap-servers=none:1",
                                "--mysql.url=" + urls,
                                "--mysql.former-url=" + formerUrls,
                                "--mysql.username=" + server.user(),
                                "--mysql.password=file:" + server.passwordFile())
                        .mysql()
                        .orElseThrow());
    }

    @Test
    void aKlineIsExpectedOnItsServerOfEachListThatTheJobWrites() {
        List<MySqlKlineReader.Server> servers =
                servers("jdbc:mysql://a/k jdbc:mysql://b/k", "jdbc:mysql://c/k");

        for (int i = 0; i < 100; i++) {
            Pair pair = new Pair("1", "0x" + i);
            String ofTheNewList =
                    ServerHash.server("1", "0x" + i, 2) == 0
                            ? "jdbc:mysql://a/k"
                            : "jdbc:mysql://b/k";
            assertThat(
                            servers.stream()
                                    .filter(each -> each.holds(pair))
                                    .map(MySqlKlineReader.Server::url))
                    .containsExactly(ofTheNewList, "jdbc:mysql://c/k");
        }
    }

    @Override
    protected void put(PairKline kline) throws Exception {
        try (Connection database = server.connect()) {
            TableRows.put(database, kline);
        }
    }

    @Override
    protected void stop() {
        server.kill();
    }

    @Override
    protected void start() {
        server.restart();
    }
}
