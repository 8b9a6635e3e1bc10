package io.dexklines.connector.redis;

import static org.apache.flink.util.Preconditions.checkArgument;

import io.dexklines.connector.redis.connection.RedisShard;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The keys that markers may have: the prefix itself for a shard that holds all keys, and otherwise
 * the prefix with a number, one key for each slot. The number depends on the prefix and the slot
 * only, so that another client of the same prefix finds the same markers.
 */
final class MarkerKeys {
    private final String prefix;
    private int[] numberOfSlot;

    /**
     * @throws IllegalArgumentException if the prefix contains a hash tag, which puts all keys into
     *     one slot
     */
    MarkerKeys(String prefix) {
        checkArgument(
                prefix.indexOf('{') < 0, "the prefix of markers contains a hash tag: %s", prefix);
        this.prefix = prefix;
    }

    /** The key of a marker and its slot. A shard that holds all keys has one key, with slot -1. */
    record MarkerKey(String name, int slot) {}

    /**
     * Returns the key of a shard's marker: of its slots, the one whose key has the lowest number. A
     * slot that moves therefore rarely changes the marker.
     *
     * @param allowed the slots to choose from
     * @return null if the shard has no such slot
     */
    MarkerKey of(RedisShard shard, IntPredicate allowed) {
        if (!shard.isPartOfACluster()) {
            return new MarkerKey(prefix, -1);
        }
        if (numberOfSlot == null) {
            numberOfSlot = numbers();
        }
        OptionalInt slot =
                shard.slots()
                        .filter(allowed)
                        .reduce((a, b) -> numberOfSlot[a] <= numberOfSlot[b] ? a : b);
        return slot.isEmpty()
                ? null
                : new MarkerKey(key(numberOfSlot[slot.getAsInt()]), slot.getAsInt());
    }

    private String key(int number) {
        return prefix + '-' + number;
    }

    /** Returns for each slot the lowest number whose key is in that slot. */
    private int[] numbers() {
        int[] numbers = new int[Protocol.CLUSTER_HASHSLOTS];
        Arrays.fill(numbers, -1);
        int open = numbers.length;
        for (int number = 0; open > 0; number++) {
            int slot = JedisClusterCRC16.getSlot(key(number).getBytes(StandardCharsets.UTF_8));
            if (numbers[slot] < 0) {
                numbers[slot] = number;
                open--;
            }
        }
        return numbers;
    }
}
