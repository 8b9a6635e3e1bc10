package io.dexklines.connector.redis;

import io.dexklines.connector.redis.MarkerKeys.MarkerKey;
import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisReply;
import io.dexklines.connector.redis.connection.RedisShard;
import io.dexklines.connector.redis.connection.ShardTrailer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The markers of one client, one on each shard: keys whose values count up with what Redis
 * acknowledges.
 *
 * <p>A value consists of a generation and a count. A shard has kept what it acknowledged if its
 * marker has the expected generation and at least the expected count. After a loss, the client
 * starts a new generation on all shards. A position that was remembered before the loss therefore
 * never matches a marker again, even if the count has gone beyond it in the meantime.
 *
 * <p>Redis compares and counts in one script. A marker that does not have the expected value is
 * left alone, so that a loss is found by the next exchange if the reply to this one is lost. A
 * count never goes down within a generation, so that a script that Redis carries out late is no
 * loss.
 *
 * <p>Not thread-safe.
 */
final class Markers implements ShardTrailer {

    /** Bits of the count in {@link #progress}. The generation has the others but the sign. */
    private static final int COUNT_BITS = 39;

    private static final long MAX_GENERATION = 1L << (63 - COUNT_BITS);

    private static final long LOST = 0;

    /**
     * Counts a marker up unless it lacks what is expected. {@code KEYS[1]} is the marker. {@code
     * ARGV} has the expected generation, which is empty if any value will do, the expected count,
     * the generation to write, and the least count to write. Returns the count written, or {@link
     * #LOST}. A value of the generation to write is accepted while another is expected, since an
     * earlier call may have written it without its reply arriving. The marker is deleted first,
     * since Redis lets a script that has written go on even if its memory is full.
     */
    private static final RedisScript COUNT_UP =
            RedisScript.of(
                    """
                    local g, c = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+):(%d+)$')
                    c = tonumber(c)
                    local n = tonumber(ARGV[4])
                    local renewed = g == ARGV[3] and ARGV[1] ~= ARGV[3]
                    local kept = g == ARGV[1] and c >= tonumber(ARGV[2])
                    if ARGV[1] ~= '' and not kept and not renewed then return 0 end
                    if g == ARGV[3] and c >= n then n = c + 1 end
                    redis.call('DEL', KEYS[1])
                    redis.call('SET', KEYS[1], ARGV[3] .. ':' .. string.format('%.0f', n))
                    return n
                    """);

    /** What a marker must have. */
    private record Position(long generation, long count) {

        static Position unpack(long progress) {
            return new Position(progress >>> COUNT_BITS, progress & ((1L << COUNT_BITS) - 1));
        }

        long pack() {
            return generation << COUNT_BITS | count;
        }
    }

    /** A marker that was sent and whose reply is outstanding. */
    private record Sent(MarkerKey key, long generation) {}

    private final MarkerKeys keys;

    /** What each marker must have at least; null for a marker that may have any value. */
    private final Map<MarkerKey, Position> expected = new LinkedHashMap<>();

    private final Map<String, List<Sent>> sentToShard = new HashMap<>();

    /** Slots that are moving, so that no marker can be in them. */
    private final BitSet moving = new BitSet();

    private final Set<RedisShard> lost = new LinkedHashSet<>();
    private final Position remembered;
    private List<RedisShard> shards;
    private long generation;
    private long count;
    private long progress;

    /**
     * @param remembered the {@link #progress} of an earlier client; -1 for none
     */
    Markers(String keyPrefix, long remembered) {
        this.keys = new MarkerKeys(keyPrefix);
        this.remembered = remembered < 0 ? null : Position.unpack(remembered);
        this.progress = Math.max(-1, remembered);
        if (this.remembered == null) {
            startGeneration();
        } else {
            generation = this.remembered.generation();
            count = this.remembered.count();
        }
    }

    private void startGeneration() {
        long former = generation;
        while (generation == former) {
            generation = ThreadLocalRandom.current().nextLong(1, MAX_GENERATION);
        }
    }

    @Override
    public void shards(List<RedisShard> newShards) {
        if (newShards == shards) {
            return;
        }
        for (RedisShard shard : newShards) {
            if (shards == null) {
                expected.put(keys.of(shard, slot -> true), remembered);
            } else if (expectedOf(shard).isEmpty() && succeedsAMissingShard(shard, newShards)) {
                lost.add(shard);
            }
        }
        shards = newShards;
    }

    /**
     * Returns whether a new shard has slots of one that is gone. If it has none of its markers
     * either, nothing says what it has kept.
     */
    private boolean succeedsAMissingShard(RedisShard shard, List<RedisShard> newShards) {
        Set<String> names = new LinkedHashSet<>();
        newShards.forEach(each -> names.add(each.toString()));
        return shards.stream().noneMatch(each -> each.toString().equals(shard.toString()))
                && shards.stream()
                        .filter(former -> !names.contains(former.toString()))
                        .anyMatch(former -> former.hasSlotOf(shard));
    }

    private List<MarkerKey> expectedOf(RedisShard shard) {
        return expected.keySet().stream().filter(key -> shard.holds(key.name())).toList();
    }

    private MarkerKey chosen(RedisShard shard) {
        return keys.of(shard, slot -> !moving.get(slot));
    }

    /** Lets markers be in slots again that were moving. */
    void forgetMovingSlots() {
        moving.clear();
    }

    /** Counts up the shard's marker, and former markers as long as the new one has no value. */
    @Override
    public List<EncodedCommand> commands(RedisShard shard) {
        Set<MarkerKey> markers = new LinkedHashSet<>(expectedOf(shard));
        markers.removeIf(key -> key.slot() >= 0 && moving.get(key.slot()));
        MarkerKey chosen = chosen(shard);
        if (chosen != null) {
            markers.add(chosen);
        }
        List<Sent> sent = new ArrayList<>();
        List<EncodedCommand> commands = new ArrayList<>();
        for (MarkerKey key : markers) {
            Position position = expected.get(key);
            sent.add(new Sent(key, generation));
            commands.add(
                    RedisCommand.call(COUNT_UP)
                            .key(key.name())
                            .arg(position == null ? "" : Long.toString(position.generation()))
                            .arg(position == null ? 0 : position.count())
                            .arg(generation)
                            .arg(count + 1)
                            .build()
                            .encode(true));
        }
        sentToShard.put(shard.toString(), sent);
        return commands;
    }

    @Override
    public RedisFailure evaluate(RedisShard shard, List<RedisReply> replies) {
        List<Sent> sent = sentToShard.remove(shard.toString());
        RedisFailure failure = null;
        boolean shardLost = false;
        for (int i = 0; i < sent.size(); i++) {
            MarkerKey key = sent.get(i).key();
            RedisReply reply = replies.get(i);
            if (reply.failure() != null) {
                failure = failure == null ? failureOf(key, reply.failure()) : failure;
            } else if (Objects.equals(reply.value(), LOST)) {
                shardLost = true;
            } else {
                long written = (Long) reply.value();
                expected.put(key, new Position(sent.get(i).generation(), written));
                count = Math.max(count, written);
            }
        }
        if (shardLost) {
            lost.add(shard);
            expectedOf(shard).forEach(key -> expected.put(key, null));
            startGeneration();
            failure =
                    new RedisFailure(
                            RedisFailure.Kind.RETRY,
                            shard + " has lost what it acknowledged",
                            null);
        } else if (failure == null && !sent.isEmpty()) {
            MarkerKey chosen = chosen(shard);
            expected.keySet().removeIf(key -> shard.holds(key.name()) && !key.equals(chosen));
        }
        progress = minimum();
        return failure;
    }

    private RedisFailure failureOf(MarkerKey key, RedisFailure failure) {
        String message = "the marker '" + key.name() + "': " + failure.message();
        return switch (failure.kind()) {
            case REDIRECTED -> {
                if (failure.message().startsWith("ASK")) {
                    moving.set(key.slot());
                }
                // without the cause: the commands do not move with the marker
                yield new RedisFailure(failure.kind(), failure.message(), null);
            }
            // the commands before it are not to blame
            case COMMAND_REFUSED ->
                    new RedisFailure(RedisFailure.Kind.RETRY, message, failure.cause());
            default -> failure;
        };
    }

    /** Returns the shards that have lost data since the last call. */
    List<RedisShard> takeLost() {
        List<RedisShard> taken = List.copyOf(lost);
        lost.clear();
        return taken;
    }

    boolean foundLosses() {
        return !lost.isEmpty();
    }

    private long minimum() {
        return expected.values().stream()
                .filter(each -> each != null && each.generation() == generation)
                .mapToLong(Position::count)
                .min()
                .stream()
                .map(least -> new Position(generation, least).pack())
                .findFirst()
                .orElse(progress < 0 ? -1 : new Position(generation, 0).pack());
    }

    /** Returns what all markers have at least; -1 if nothing is acknowledged. */
    long progress() {
        return progress;
    }
}
