package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real Redis server on a free port of this machine. It writes every command to disk at once. */
public final class LocalRedis implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    /** The distance from a port to the cluster bus port of the same node. */
    private static final int CLUSTER_BUS = 10_000;

    private final int port;
    private final RedisServer server;

    private LocalRedis(int port, Path folder, String... settings) throws IOException {
        this.port = port;
        RedisServerBuilder builder =
                RedisServer.newRedisServer()
                        .port(port)
                        .bind(HOST)
                        .onShutdownForceStop(true)
                        .setting("dir " + folder)
                        .setting("save \"\"")
                        .setting("appendonly yes")
                        .setting("appendfsync always")
                        .setting("daemonize no");
        for (String setting : settings) {
            builder.setting(setting);
        }
        this.server = builder.build();
    }

    /** Starts a server that keeps its data in the folder, also over a restart. */
    public static LocalRedis start(Path folder, String... settings) throws IOException {
        return startAt(freePort(), folder, settings);
    }

    /** Starts a server on the given port. */
    static LocalRedis startAt(int port, Path folder, String... settings) throws IOException {
        LocalRedis redis = new LocalRedis(port, folder, settings);
        redis.server.start();
        return redis;
    }

    /**
     * Returns a free port whose cluster bus port is free, too. Both are below the range from which
     * Linux takes the local ports of outgoing connections, so that a reconnecting client does not
     * take the port of a stopped server.
     */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 22_000);
            if (isFree(port) && isFree(port + CLUSTER_BUS)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Kills the process, and waits until another one can take its port. */
    void kill() throws IOException {
        server.stop();
        await().until(() -> isFree(port));
    }

    void restart() throws IOException {
        server.start();
    }

    RedisConnectionSettings.Builder settings() {
        return RedisConnectionSettings.standalone(HOST, port);
    }

    /** Returns a new client, which the caller has to close. */
    public Jedis client() {
        return new Jedis(
                new HostAndPort(HOST, port), DefaultJedisClientConfig.builder().resp2().build());
    }

    String get(String key) {
        try (Jedis client = client()) {
            return client.get(key);
        }
    }

    List<String> getAll(List<String> keys) {
        try (Jedis client = client()) {
            return client.mget(keys.toArray(new String[0]));
        }
    }

    @Override
    public void close() throws IOException {
        if (server.isActive()) {
            server.stop();
        }
    }
}
