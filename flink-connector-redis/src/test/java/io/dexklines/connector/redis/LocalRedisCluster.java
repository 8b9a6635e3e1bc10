package io.dexklines.connector.redis;

import static org.awaitility.Awaitility.await;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A real Redis Cluster of three masters with a third of the slots each, and a replica for each
 * master. The cluster promotes a replica as soon as its master does not answer for a while.
 */
public final class LocalRedisCluster implements AutoCloseable {
    /** The number of masters, and of replicas. */
    public static final int SHARDS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String[] SETTINGS = {
        "cluster-enabled yes",
        "cluster-node-timeout 2000",
        // a replica may be promoted although it has lagged for long
        "cluster-replica-validity-factor 0",
        "repl-diskless-sync-delay 0",
        // the point is what replicas have, and six servers wait for one disk
        "appendfsync no"
    };

    private final List<LocalRedis> masters = new ArrayList<>();
    private final List<LocalRedis> replicas = new ArrayList<>();

    /** Starts a cluster, and waits until every replica follows its master. */
    public static LocalRedisCluster start(Path folder) throws IOException {
        LocalRedisCluster cluster = new LocalRedisCluster();
        try {
            for (int shard = 0; shard < SHARDS; shard++) {
                cluster.masters.add(startNode(folder.resolve("master-" + shard)));
                cluster.replicas.add(startNode(folder.resolve("replica-" + shard)));
            }
            cluster.form();
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static LocalRedis startNode(Path folder) throws IOException {
        return LocalRedis.start(Files.createDirectories(folder), SETTINGS);
    }

    private void form() {
        for (int shard = 0; shard < SHARDS; shard++) {
            int first = shard * Protocol.CLUSTER_HASHSLOTS / SHARDS;
            int end = (shard + 1) * Protocol.CLUSTER_HASHSLOTS / SHARDS;
            try (Jedis master = masters.get(shard).client()) {
                // otherwise the nodes need a while to agree on the order of their claims
                master.clusterSetConfigEpoch(shard + 1L);
                master.clusterAddSlots(IntStream.range(first, end).toArray());
            }
        }
        for (LocalRedis each : all()) {
            try (Jedis node = each.client()) {
                // gossip about the others would take a second or more
                for (LocalRedis other : all()) {
                    node.clusterMeet(LocalRedis.HOST, other.port());
                }
            }
        }
        awaitAll(node -> node.clusterNodes().lines().count() == 2L * SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
            try (Jedis master = masters.get(shard).client();
                    Jedis replica = replicas.get(shard).client()) {
                replica.clusterReplicate(master.clusterMyId());
            }
        }
        awaitAll(node -> node.clusterInfo().contains("cluster_state:ok"));
        awaitAll(LocalRedisCluster::knowsAllReplicas);
        awaited().until(() -> replicas.stream().allMatch(LocalRedis::isConnectedReplica));
    }

    private static boolean knowsAllReplicas(Jedis node) {
        return node.clusterNodes().lines().filter(line -> line.contains("slave")).count() == SHARDS;
    }

    private void awaitAll(Predicate<Jedis> condition) {
        for (LocalRedis each : all()) {
            try (Jedis node = each.client()) {
                awaited().until(() -> condition.test(node));
            }
        }
    }

    /** Asks at once and often, because many conditions are awaited for each cluster. */
    private static ConditionFactory awaited() {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE);
    }

    private List<LocalRedis> all() {
        List<LocalRedis> all = new ArrayList<>(masters);
        all.addAll(replicas);
        return all;
    }

    /** Returns the node that was started as the master of a shard, from 0 to 2. */
    public LocalRedis master(int shard) {
        return masters.get(shard);
    }

    /** Returns the node that was started as the replica of a shard, from 0 to 2. */
    public LocalRedis replica(int shard) {
        return replicas.get(shard);
    }

    /** Returns the shard that had the slot of the key when the cluster was started. */
    public static int shardOf(String key) {
        int slot = slotOf(key);
        return IntStream.range(0, SHARDS)
                .filter(shard -> slot < (shard + 1) * Protocol.CLUSTER_HASHSLOTS / SHARDS)
                .findFirst()
                .orElseThrow();
    }

    /** Returns the slot of a key. */
    public static int slotOf(String key) {
        return JedisClusterCRC16.getSlot(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the settings of a connection, which names one master and finds the others. */
    public RedisConnectionSettings.Builder settings() {
        return RedisConnectionSettings.cluster(LocalRedis.HOST + ":" + masters.get(0).port());
    }

    /** Returns {@code host:port} of all masters, separated by commas. */
    public String addresses() {
        return String.join(
                ",", masters.stream().map(each -> LocalRedis.HOST + ":" + each.port()).toList());
    }

    /** Creates an ACL user on all nodes, with a password and rights such as {@code +@read}. */
    public void createUser(String name, String password, String... rights) {
        List<String> rules = new ArrayList<>(List.of("on", ">" + password));
        rules.addAll(List.of(rights));
        for (LocalRedis each : all()) {
            try (Jedis node = each.client()) {
                node.aclSetUser(name, rules.toArray(new String[0]));
            }
        }
    }

    /** Waits until a replica has all that its master has at the moment. */
    public void awaitReplication(int shard) {
        long offset = master(shard).replicationOffset();
        awaited().until(() -> replica(shard).replicationOffset() >= offset);
    }

    /** Waits until the replica of a shard has been promoted and the cluster is complete. */
    public void awaitPromotion(int shard) {
        try (Jedis node = replica(shard).client()) {
            awaited()
                    .until(
                            () ->
                                    node.clusterNodes().contains("myself,master")
                                            && node.clusterInfo().contains("cluster_state:ok"));
        }
    }

    /** Moves a slot with its keys from one master to another, as resharding does. */
    public void moveSlot(int slot, LocalRedis from, LocalRedis to) {
        beginToMoveSlot(slot, from, to);
        moveKeys(slot, from, to);
        endToMoveSlot(slot, to);
    }

    /** Announces that a slot moves. Its keys move one by one from now on. */
    public void beginToMoveSlot(int slot, LocalRedis from, LocalRedis to) {
        try (Jedis source = from.client();
                Jedis target = to.client()) {
            target.clusterSetSlotImporting(slot, source.clusterMyId());
            source.clusterSetSlotMigrating(slot, target.clusterMyId());
        }
    }

    /** Moves the keys of a slot that is being moved. */
    public void moveKeys(int slot, LocalRedis from, LocalRedis to) {
        try (Jedis source = from.client()) {
            for (String key : source.clusterGetKeysInSlot(slot, Integer.MAX_VALUE)) {
                source.migrate(LocalRedis.HOST, to.port(), key, 0, 10_000);
            }
        }
    }

    /** Gives a slot without keys to its new master. */
    public void endToMoveSlot(int slot, LocalRedis to) {
        String id;
        try (Jedis target = to.client()) {
            id = target.clusterMyId();
            target.clusterSetSlotNode(slot, id);
        }
        for (LocalRedis each : masters) {
            if (each != to) {
                try (Jedis node = each.client()) {
                    node.clusterSetSlotNode(slot, id);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (LocalRedis each : all()) {
            each.close();
        }
    }
}
