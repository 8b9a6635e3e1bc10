package io.dexklines.connector.redis.connection;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.providers.ClusterConnectionProvider;

/** The masters of a cluster and their slots, as Jedis learned them last. Immutable. */
final class ClusterTopology {
    private final HostAndPort[] nodeOfSlot = new HostAndPort[Protocol.CLUSTER_HASHSLOTS];
    private final Map<HostAndPort, RedisShard> shards = new LinkedHashMap<>();
    private final List<RedisShard> allShards;

    ClusterTopology(ClusterConnectionProvider nodes) {
        Map<HostAndPort, BitSet> slots = new LinkedHashMap<>();
        for (int slot = 0; slot < nodeOfSlot.length; slot++) {
            HostAndPort node = nodes.getNode(slot);
            nodeOfSlot[slot] = node;
            if (node != null) {
                slots.computeIfAbsent(node, any -> new BitSet()).set(slot);
            }
        }
        slots.forEach(
                (node, ofNode) -> shards.put(node, RedisShard.ofSlots(node.toString(), ofNode)));
        allShards = List.copyOf(shards.values());
    }

    /** Returns the master of a slot; null if no node has it. */
    HostAndPort node(int slot) {
        return nodeOfSlot[slot];
    }

    Iterable<HostAndPort> nodes() {
        return shards.keySet();
    }

    /** Returns the shard of a node; one without slots if the node is no master yet. */
    RedisShard shard(HostAndPort node) {
        RedisShard shard = shards.get(node);
        return shard == null ? RedisShard.ofSlots(node.toString(), new BitSet()) : shard;
    }

    /** Returns whether both have the same slots on the same masters. */
    boolean hasSlotsOf(ClusterTopology other) {
        return Arrays.equals(nodeOfSlot, other.nodeOfSlot);
    }

    List<RedisShard> shards() {
        return allShards;
    }
}
