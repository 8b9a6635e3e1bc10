package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * A Redis Cluster of masters, which share the slots, with a replica each. A replica is promoted
 * when its master has not answered for five seconds, and the former master follows it then.
 */
public final class EmbeddedRedisCluster implements AutoCloseable {

    private static final Duration FORM_TIMEOUT = Duration.ofSeconds(120);

    private final List<EmbeddedRedis> servers;
    private final int shards;

    private EmbeddedRedisCluster(List<EmbeddedRedis> servers) {
        this.servers = servers;
        this.shards = servers.size() / 2;
    }

    /**
     * Starts a cluster and waits until every replica follows its master.
     *
     * @param folder an empty folder, for those of the servers
     * @param shards the number of masters, at least 3
     */
    public static EmbeddedRedisCluster start(Path folder, int shards) {
        try {
            EmbeddedRedisCluster cluster =
                    new EmbeddedRedisCluster(EmbeddedRedis.ofCluster(folder, 2 * shards));
            EmbeddedServer.startAll(cluster.servers);
            cluster.form();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the servers that were started as masters, then their replicas. */
    public List<EmbeddedRedis> servers() {
        return servers;
    }

    /** Returns the address, {@code redis-cluster://host:port,host:port}. */
    public String uri() {
        return "redis-cluster://"
                + String.join(
                        ",", servers.stream().map(each -> Ports.HOST + ":" + each.port).toList());
    }

    @Override
    public void close() {
        servers.forEach(EmbeddedServer::close);
    }

    private void form() {
        for (int index = 0; index < servers.size(); index++) {
            try (Jedis server = servers.get(index).connect()) {
                if (index < shards) {
                    // otherwise they need a while to agree on the order of their claims
                    server.clusterSetConfigEpoch(index + 1L);
                    server.clusterAddSlots(slots(index));
                }
                server.sendCommand(
                        Protocol.Command.CLUSTER,
                        "MEET",
                        Ports.HOST,
                        Integer.toString(servers.get(0).port),
                        Integer.toString(servers.get(0).busPort()));
            }
        }
        await("to know each other", node -> knownNodes(node) == servers.size());
        for (int shard = 0; shard < shards; shard++) {
            try (Jedis master = servers.get(shard).connect();
                    Jedis replica = servers.get(shards + shard).connect()) {
                replica.clusterReplicate(master.clusterMyId());
            }
        }
        await(
                "to be complete",
                node ->
                        node.clusterInfo().contains("cluster_state:ok")
                                && replicasIn(node) == shards
                                && isFollowing(node));
    }

    private int[] slots(int shard) {
        return IntStream.range(
                        shard * Protocol.CLUSTER_HASHSLOTS / shards,
                        (shard + 1) * Protocol.CLUSTER_HASHSLOTS / shards)
                .toArray();
    }

    private static long knownNodes(Jedis node) {
        return node.clusterNodes().lines().count();
    }

    private static long replicasIn(Jedis node) {
        return node.clusterNodes().lines().filter(line -> line.contains("slave")).count();
    }

    /** Returns whether a replica has all that its master had; a master follows none. */
    private static boolean isFollowing(Jedis node) {
        String replication = node.info("replication");
        return replication.contains("role:master") || replication.contains("master_link_status:up");
    }

    private interface Condition {
        boolean holds(Jedis node);
    }

    private void await(String what, Condition condition) {
        for (EmbeddedRedis server : servers) {
            Readiness.await(
                    "the Redis Cluster, " + what,
                    List.of(server.process()),
                    FORM_TIMEOUT,
                    () -> {
                        try (Jedis node = server.connect()) {
                            return condition.holds(node);
                        }
                    });
        }
    }
}
