package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.job.sink.check.KlineReaderContract;
import io.dexklines.job.sink.check.TableRows;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.Login;
import io.dexklines.local.stack.Ports;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the contract against a real relay that reads a real MariaDB. */
class RelayKlineReaderITCase extends KlineReaderContract {

    @TempDir private static Path folder;

    private static EmbeddedMariaDb mysql;

    private final int port = Ports.free();
    private RelayServer relay;

    @BeforeAll
    static void startDatabase() {
        mysql = EmbeddedMariaDb.start(folder, 0);
        mysql.migrate();
    }

    @AfterAll
    static void stopDatabase() {
        mysql.close();
    }

    @AfterEach
    void stopRelay() {
        relay.close();
    }

    @Override
    protected KlineReader.Opener readers() throws Exception {
        try (Connection database = mysql.connect()) {
            database.createStatement().execute("DELETE FROM kline");
        }
        if (relay == null) {
            start();
        }
        return RelayKlineReader.of("http://" + Ports.HOST + ":" + port + "/");
    }

    @Override
    protected void put(PairKline kline) throws Exception {
        try (Connection database = mysql.connect()) {
            TableRows.put(database, kline);
        }
    }

    @Override
    protected void stop() {
        relay.close();
    }

    @Override
    protected void start() throws Exception {
        relay = relay(Optional.of(mysql.relay()));
    }

    @Test
    void aPairThatTheRelayCannotServeIsNoReasonToAskForNoOther() throws Exception {
        Pair stored = new Pair("1", "0x\"a");

        try (KlineReader reader = RelayKlineReader.of("http://" + Ports.HOST + ":" + port).open()) {
            assertThat(reader.read(new PairKline(stored, closed(0, 5)).key()))
                    .isEqualTo(
                            new StoredKline.Unreadable(
                                    "the relay serves no such pair or interval"));
        }
    }

    @Test
    void aRelayWhoseStoresDoNotAnswerIsUnreachable() throws Exception {
        stop();
        relay = relay(Optional.empty());

        try (KlineReader reader = RelayKlineReader.of("http://" + Ports.HOST + ":" + port).open()) {
            assertThatThrownBy(() -> reader.read(new PairKline(PEPE, closed(0, 5)).key()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the relay answers with status 503");
        }
    }

    private RelayServer relay(Optional<Login> user) throws IOException {
        List<StoreAddress> database = List.of();
        if (user.isPresent()) {
            database =
                    List.of(
                            new StoreAddress(
                                    mysql.jdbcUrl(), user.get().user(), user.get().password()));
        }
        return RelayServer.start(
                RelaySettings.builder("token")
                        .port(port)
                        .eventLoops(1)
                        .stores(new StoreSettings(database, Optional.empty()))
                        .build());
    }
}
