package io.dexklines.local.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.text.RedisUri;
import io.dexklines.trade.ServerHash;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.Jedis;

/** Real MySQL servers and a real Redis, filled by tests, and a relay that reads them. */
final class HistoryStores implements AutoCloseable {

    static final String CHAIN = "1";

    private static final String TOKEN = "the publishers' token";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The servers that share the rows. */
    final List<EmbeddedMariaDb> servers = new ArrayList<>();

    /** The first server. */
    final EmbeddedMariaDb mysql;

    final EmbeddedRedis redis;
    private final RelaySettings.Builder settings;
    private RelayServer relay;
    private final HttpClient http = HttpClient.newHttpClient();

    HistoryStores(Path folder, int mysqlServers) throws IOException {
        List<StoreAddress> addresses = new ArrayList<>();
        for (int i = 0; i < mysqlServers; i++) {
            EmbeddedMariaDb server = EmbeddedMariaDb.start(folder.resolve("mysql" + i), 0);
            server.migrate();
            servers.add(server);
            addresses.add(
                    new StoreAddress(
                            server.jdbcUrl(), server.relay().user(), server.relay().password()));
        }
        mysql = servers.get(0);
        redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        StoreSettings stores =
                new StoreSettings(
                        addresses,
                        Optional.of(
                                new RedisAddress(
                                        RedisUri.parse(redis.uri()),
                                        "",
                                        redis.relay().user(),
                                        redis.relay().password())));
        settings =
                RelaySettings.builder(TOKEN)
                        .port(0)
                        .eventLoops(1)
                        .allowedOrigins(Set.of("https://charts.example"))
                        .stores(stores);
        relay = RelayServer.start(settings.build());
    }

    /** Starts a relay on the same stores that also serves front ends of the Go consumers. */
    RelayServer startCompatibleRelay() {
        try {
            return RelayServer.start(settings.compatibility(true).build());
        } finally {
            settings.compatibility(false);
        }
    }

    /** Replaces the relay by a new one on another port, which holds nothing. */
    void restartRelay() {
        relay.close();
        relay = RelayServer.start(settings.build());
    }

    /** Returns the address of a WebSocket. */
    URI webSocket(String target) {
        return URI.create("ws://127.0.0.1:" + relay.port() + target);
    }

    /** Returns the server that has the rows of a pair or wallet. */
    EmbeddedMariaDb server(String address) {
        return servers.get(ServerHash.server(CHAIN, address, servers.size()));
    }

    /**
     * Writes a kline to its server of MySQL that opened at {@code price} and closed 0.5 above it.
     */
    void inMySql(String pair, String interval, long openTime, double price, long trades)
            throws SQLException {
        String sql =
                "REPLACE INTO kline VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 4, 1, 3, 30.3, 0.1, 20.2, 0.05,"
                        + " ?, 2, 1, 303, ?, ?, TRUE)";
        try (Connection connection = server(pair).connect();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, CHAIN);
            insert.setString(2, pair);
            insert.setString(3, interval);
            insert.setLong(4, openTime);
            insert.setDouble(5, price);
            insert.setDouble(6, price + 1);
            insert.setDouble(7, price - 1);
            insert.setDouble(8, price + 0.5);
            insert.setLong(9, trades);
            insert.setLong(10, openTime);
            insert.setLong(11, openTime + 1);
            insert.executeUpdate();
        }
    }

    /** Writes the same kline to Redis. */
    void inRedis(String pair, String interval, long openTime, double price, long trades) {
        String member =
                String.format(
                        Locale.ROOT,
                        "%s,%d,%s,%s,%s,%s,1,3,4,1,30.3,0.1,2,1,%d",
                        pair,
                        openTime,
                        price,
                        price + 0.5,
                        price + 1,
                        price - 1,
                        trades);
        memberInRedis(pair, interval, openTime, member);
    }

    void memberInRedis(String pair, String interval, long openTime, String member) {
        try (Jedis jedis = redis.connect()) {
            jedis.zadd("kline:" + CHAIN + ':' + pair + ':' + interval, openTime, member);
        }
    }

    void sql(String statement) throws SQLException {
        sql(mysql, statement);
    }

    /** Returns the number that a query of the first server finds, as the relay's user. */
    long number(String query) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                mysql.jdbcUrl(), mysql.relay().user(), mysql.relay().password());
                ResultSet result = connection.createStatement().executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    static void sql(EmbeddedMariaDb server, String statement) throws SQLException {
        try (Connection connection = server.connect()) {
            connection.createStatement().execute(statement);
        }
    }

    /** Publishes an open kline to the relay, of which all trades but one are buys. */
    void publish(String pair, String interval, long openTime, String close, long trades) {
        String line =
                """
                {"stream":"%1$s:%2$s@kline_%3$s","data":{"e":"kline","k":{"t":%4$d,"o":"1","h":"%5$s",\
                "l":"1","c":"%5$s","v":"2","n":%6$d,"x":false,"q":"4","V":"1","Q":"2","mo":"10",\
                "mh":"40","ml":"5","mc":"20","nb":%7$d,"tf":%4$d,"tl":%4$d}}}"""
                        .formatted(
                                CHAIN, pair, interval, openTime * 1000, close, trades, trades - 1);
        publish(line);
    }

    /** Publishes a line to the relay. */
    void publish(String line) {
        WebSocket publisher =
                http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + TOKEN)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + relay.port() + "/publish"),
                                new WebSocket.Listener() {})
                        .join();
        publisher.sendText(line, true).join();
    }

    JsonNode get(String target) {
        HttpResponse<String> response = response(target);
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    HttpResponse<String> response(String target, String... headers) {
        return response(relay, target, headers);
    }

    HttpResponse<String> response(RelayServer of, String target, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.port() + target));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Returns the metrics of the relay. */
    String metrics() {
        URI metrics = URI.create("http://127.0.0.1:" + relay.adminPort() + "/metrics");
        return send(HttpRequest.newBuilder(metrics), HttpResponse.BodyHandlers.ofString()).body();
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + relay.port() + target);
    }

    @Override
    public void close() {
        relay.close();
        redis.close();
        servers.forEach(EmbeddedMariaDb::close);
    }
}
