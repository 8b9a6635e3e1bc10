package io.dexklines.connector.redis.connection;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A server that holds a part of the data: the only server, the master that sentinels name, or one
 * master of a cluster with the slots that it has at the moment. Immutable.
 */
public final class RedisShard {
    private final String name;

    /** The slots of a master of a cluster; null for a server that holds all keys. */
    private final BitSet slots;

    private RedisShard(String name, BitSet slots) {
        this.name = name;
        this.slots = slots;
    }

    /** Creates the only shard, which holds all keys. */
    @Internal
    public static RedisShard ofAllKeys(String name) {
        return new RedisShard(name, null);
    }

    static RedisShard ofSlots(String name, BitSet slots) {
        return new RedisShard(name, (BitSet) slots.clone());
    }

    /** Returns whether the key belongs to this shard. */
    public boolean holds(String key) {
        return slots == null
                || slots.get(JedisClusterCRC16.getSlot(key.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns whether this is one of several shards, whose keys are distributed by slot. */
    public boolean isPartOfACluster() {
        return slots != null;
    }

    /** Returns the slots of this shard in ascending order; none if it holds all keys. */
    public IntStream slots() {
        return slots == null ? IntStream.empty() : slots.stream();
    }

    /** Returns whether both have, or had, a slot in common. */
    public boolean hasSlotOf(RedisShard other) {
        return slots != null && other.slots != null && slots.intersects(other.slots);
    }

    /** Returns {@code host:port} of a master of a cluster, and otherwise the settings' address. */
    @Override
    public String toString() {
        return name;
    }
}
