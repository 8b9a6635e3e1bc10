package io.dexklines.job.sink.mysql;

import static io.dexklines.kline.Interval.ONE_HOUR;
import static io.dexklines.kline.Interval.ONE_MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.job.sink.check.KlineReaderContract;
import io.dexklines.job.sink.check.TableRows;
import io.dexklines.kline.Kline;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.trade.Pair;
import io.dexklines.trade.ServerHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract against a real MariaDB. */
class MySqlKlineReaderITCase extends KlineReaderContract {

    private static final Kline HOUR =
            SampleKlines.kline(ONE_HOUR, SampleKlines.MIDNIGHT_MS, 3, false);

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
        return MySqlKlineReader.servers(settings(urls, formerUrls));
    }

    private static MySqlSettings settings(String urls, String formerUrls) {
        return KlineJobSettings.load(
                        "--kafka.bootstrap-servers=none:1",
                        "--mysql.url=" + urls,
                        "--mysql.former-url=" + formerUrls,
                        "--mysql.username=" + server.job().user(),
                        "--mysql.password=" + server.job().passwordReference())
                .mysql()
                .orElseThrow();
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

    @Test
    void theHistoryHasEveryPairOnceInPages() throws Exception {
        readers();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            pairs.add(new Pair("1", "0x" + i));
            pairs.add(new Pair("56", "0xa" + i));
        }
        for (Pair pair : pairs) {
            put(new PairKline(pair, SampleKlines.closed(0, 1)));
            put(new PairKline(pair, SampleKlines.open(1, 2)));
            put(new PairKline(pair, HOUR));
        }
        // one server under two names: both hold all rows, each of which is looked for in one of
        // them
        String twoServers =
                server.jdbcUrl() + " " + server.jdbcUrl().replace("127.0.0.1", "localhost");

        try (StoredKlines stored = StoredKlines.open(settings(twoServers, ""))) {
            List<Pair> found = new ArrayList<>();
            List<Pair> page = stored.pairsAfter(null, 3);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(3);
                found.addAll(page);
                page = stored.pairsAfter(found.get(found.size() - 1), 3);
            }
            assertThat(found).containsExactlyInAnyOrderElementsOf(pairs);

            KlineHistory.Series minutes = new KlineHistory.Series(pairs.get(0), ONE_MINUTE);
            assertThat(stored.series(pairs.get(0)))
                    .containsExactlyInAnyOrder(
                            minutes, new KlineHistory.Series(pairs.get(0), ONE_HOUR));
            assertThat(stored.newest(minutes, 1)).extracting(Kline::trades).containsExactly(2L);
        }
        try (StoredKlines stored = StoredKlines.open(settings(server.jdbcUrl(), ""))) {
            assertThat(stored.countPairs()).isEqualTo(pairs.size());
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
