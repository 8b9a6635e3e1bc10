package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/** A real Redis server on a free port of this machine. It writes every command to disk at once. */
public final class LocalRedis implements AutoCloseable {
    public static final String HOST = "127.0.0.1";

    /** The distance from a port to the cluster bus port of the same node. */
    private static final int CLUSTER_BUS = 10_000;

    private static final String PID_FILE = "redis.pid";

    private final int port;
    private final Path folder;
    private final RedisServer server;
    private boolean frozen;

    private LocalRedis(int port, Path folder, String... settings) throws IOException {
        this.port = port;
        this.folder = folder;
        RedisServerBuilder builder =
                RedisServer.builder()
                        .port(port)
                        .bind(HOST)
                        .setting("dir " + folder)
                        .setting("pidfile " + folder.resolve(PID_FILE))
                        .setting("save \"\"")
                        .setting("appendonly yes")
                        .setting("appendfsync always")
                        .setting("daemonize no")
                        // a server that is stopped does not wait for its replicas
                        .setting("shutdown-timeout 0");
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
    public void kill() throws IOException {
        process().destroyForcibly();
        server.stop();
        await().until(() -> isFree(port));
    }

    public void restart() throws IOException {
        server.start();
    }

    /** Stops the process as {@code SIGSTOP}: connections stay open and nothing is answered. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
        frozen = true;
    }

    /** Lets a frozen process go on. Does nothing if the process is not frozen. */
    public void resume() throws IOException, InterruptedException {
        if (frozen) {
            signal("-CONT");
            frozen = false;
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(process().pid());
        int exitCode = new ProcessBuilder("kill", name, pid).inheritIO().start().waitFor();
        if (exitCode != 0) {
            throw new IOException("kill " + name + " " + pid + " failed: " + exitCode);
        }
    }

    private ProcessHandle process() throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve(PID_FILE)).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    /**
     * Cuts off the replicas. They keep what they have and receive nothing more, as if the network
     * had failed. All other clients stay connected.
     */
    public void cutOffReplicas() {
        try (Jedis client = client()) {
            client.aclSetUser("default", "-psync", "-sync");
            client.clientKill(new ClientKillParams().type(ClientType.REPLICA));
        }
    }

    /** Returns how much of the stream of writes this server has written or received, in bytes. */
    public long replicationOffset() {
        try (Jedis client = client()) {
            return Long.parseLong(info(client, "replication", "master_repl_offset"));
        }
    }

    /** Returns whether this is a replica that receives the writes of its master. */
    public boolean isConnectedReplica() {
        try (Jedis client = client()) {
            return client.info("replication").contains("master_link_status:up");
        }
    }

    static String info(Jedis client, String section, String name) {
        return client.info(section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    public RedisConnectionSettings.Builder settings() {
        return RedisConnectionSettings.standalone(HOST, port);
    }

    /** Returns a new client, which the caller has to close. */
    public Jedis client() {
        return new Jedis(
                new HostAndPort(HOST, port), DefaultJedisClientConfig.builder().resp2().build());
    }

    /** Returns the value of a key of this server; null if it has none. */
    public String get(String key) {
        try (Jedis client = client()) {
            return client.get(key);
        }
    }

    List<String> getAll(List<String> keys) {
        try (Jedis client = client()) {
            return client.mget(keys.toArray(new String[0]));
        }
    }

    /** Kills the process, also a frozen one. */
    @Override
    public void close() throws IOException {
        if (server.isActive()) {
            process().destroyForcibly();
            server.stop();
        }
    }
}
