package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisSentinel;

/** A real master, its replica, and a sentinel that promotes the replica if the master is down. */
public final class LocalSentinel implements AutoCloseable {
    /** The name by which the sentinel knows the master. */
    public static final String MASTER_NAME = "primary";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalRedis master;
    private final LocalRedis replica;
    private final int port = LocalRedis.freePort();
    private final RedisSentinel sentinel;

    private LocalSentinel(LocalRedis master, LocalRedis replica) {
        this.master = master;
        this.replica = replica;
        this.sentinel =
                RedisSentinel.builder()
                        .bind(LocalRedis.HOST)
                        .port(port)
                        .masterPort(master.port())
                        .masterName(MASTER_NAME)
                        .quorumSize(1)
                        .downAfterMilliseconds(500L)
                        .failoverTimeout(3_000L)
                        .build();
    }

    /** Starts the servers, and waits until the sentinel knows the replica. */
    public static LocalSentinel start(Path folder) throws IOException {
        LocalRedis master = LocalRedis.start(Files.createDirectory(folder.resolve("master")));
        LocalRedis replica =
                LocalRedis.start(
                        Files.createDirectory(folder.resolve("replica")),
                        "replicaof " + LocalRedis.HOST + " " + master.port());
        await().atMost(PATIENCE).until(replica::isConnectedReplica);
        LocalSentinel started = new LocalSentinel(master, replica);
        started.sentinel.start();
        await().atMost(PATIENCE).until(started::knowsReplica);
        return started;
    }

    private boolean knowsReplica() {
        try (Jedis client = new Jedis(LocalRedis.HOST, port)) {
            return client.sentinelReplicas(MASTER_NAME).size() == 1;
        }
    }

    /** Returns the server that was started as the master. */
    public LocalRedis master() {
        return master;
    }

    /** Returns the server that was started as the replica. */
    public LocalRedis replica() {
        return replica;
    }

    /** Returns {@code host:port} of the sentinel. */
    public String address() {
        return LocalRedis.HOST + ":" + port;
    }

    /** Returns the settings of a connection to the master that the sentinel names. */
    public RedisConnectionSettings settings() {
        return RedisConnectionSettings.sentinel(MASTER_NAME, address()).build();
    }

    /** Waits until the replica has all that the master has at the moment. */
    public void awaitReplication() {
        long offset = master.replicationOffset();
        await().atMost(PATIENCE).until(() -> replica.replicationOffset() >= offset);
    }

    @Override
    public void close() throws IOException {
        sentinel.stop();
        replica.close();
        master.close();
    }
}
