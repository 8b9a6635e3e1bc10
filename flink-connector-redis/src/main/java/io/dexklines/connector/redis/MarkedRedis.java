package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import io.dexklines.connector.redis.connection.RedisShard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A client that writes to Redis and notices when Redis loses what it has acknowledged. Redis loses
 * data when it restarts from an older snapshot, is flushed or is replaced, and when a failover
 * promotes a replica that lagged behind.
 *
 * <p>The client keeps a marker on each shard, a key whose value counts up. It sends the marker
 * behind the commands, in the same pipeline on the same connection. A command counts as carried out
 * only if the marker behind it was acknowledged. A shard on which the marker survives has therefore
 * kept all that it acknowledged, except for what it evicted or deleted.
 *
 * <p><b>What is no loss.</b> A server that does not answer, a command whose reply is lost, the
 * first contact with a shard if nothing is remembered, and slots that move to another master. A
 * marker whose slot moves is chosen anew.
 *
 * <p><b>What is not noticed.</b> Data that slots bring to a shard is covered by the shard's next
 * marker only. If one shard is down and the job restarts, {@link #progress} is that of the time
 * before the outage: another shard must be older than that to be noticed at the restart.
 *
 * <p><b>False alarms.</b> A shard is reported without a loss if its slots moved while no client
 * ran, if the server evicts the marker, or if a second client uses the same prefix. The markers
 * have no expiry, and eviction by last use does not reach keys that are written every second.
 *
 * <p>One thread may write and check. {@link #progress} and {@link #close} are thread-safe. The
 * client does not retry: the caller decides about that.
 */
public final class MarkedRedis implements AutoCloseable {
    private final String server;
    private final ScheduledExecutorService timer;
    private final RedisLink link;
    private final Markers markers;
    private volatile long progress;

    private MarkedRedis(
            String server, ScheduledExecutorService timer, RedisLink link, Markers markers) {
        this.server = server;
        this.timer = timer;
        this.link = link;
        this.markers = markers;
        this.progress = markers.progress();
    }

    /**
     * The outcome of {@link #write}.
     *
     * @param failures for each command null if Redis carried it out, and otherwise its failure:
     *     {@link RedisFailure.Kind#COMMAND_REFUSED} for its content, {@link
     *     RedisFailure.Kind#CLIENT_REFUSED} if Redis denies access, {@link
     *     RedisFailure.Kind#OUT_OF_MEMORY} if Redis is full, and {@link RedisFailure.Kind#RETRY}
     *     for everything that is temporary. Unmodifiable
     * @param lost the shards that were found to have lost data; none in almost all cases
     */
    public record Written(List<RedisFailure> failures, List<RedisShard> lost) {}

    /**
     * The outcome of {@link #check}.
     *
     * @param failures the failures of shards that could not be checked, of the kinds of {@link
     *     Written#failures}
     * @param lost the shards that were found to have lost data
     */
    public record Check(List<RedisFailure> failures, List<RedisShard> lost) {}

    /**
     * Creates a client. It connects at the first write or check.
     *
     * @param markerKeyPrefix the key of the marker, or the beginning of the markers' keys in a
     *     cluster; no other client may use it, and it must not contain a hash tag
     * @param remembered the {@link #progress} of the client that used the prefix before; -1 for
     *     none
     * @throws IOException if a secret cannot be read
     */
    public static MarkedRedis open(
            RedisConnectionSettings settings, String markerKeyPrefix, long remembered)
            throws IOException {
        Markers markers = new Markers(markerKeyPrefix, remembered);
        ScheduledExecutorService timer = RedisSink.timer("redis-marked-timer");
        return new MarkedRedis(
                settings.toString(), timer, RedisLink.open(settings, 1, timer), markers);
    }

    /**
     * Sends the commands, in one pipeline for each shard and in order for each key. Blocks until
     * every command has an outcome. Does not throw if Redis fails.
     *
     * <p>A command with a failure may have been carried out. If a shard has lost data, its commands
     * have to be sent again.
     */
    public Written write(List<RedisCommand> commands) {
        progress = markers.progress();
        RedisFailure[] failures = exchange(commands, false);
        List<Integer> again = withUnknownScript(commands, failures);
        if (!again.isEmpty()) {
            RedisFailure[] second = exchange(again.stream().map(commands::get).toList(), true);
            for (int i = 0; i < second.length; i++) {
                failures[again.get(i)] = second[i];
            }
        }
        if (markers.foundLosses()) {
            // brings all shards to the new generation, so that the progress fits all of them
            link.exchangeWithEveryShard(markers);
        }
        return new Written(forCallers(Arrays.asList(failures)), takeLost());
    }

    private RedisFailure[] exchange(List<RedisCommand> commands, boolean scriptsByText) {
        List<EncodedCommand> encoded = new ArrayList<>(commands.size());
        commands.forEach(command -> encoded.add(command.encode(scriptsByText)));
        return link.exchange(encoded, markers);
    }

    /**
     * Returns the indexes of the commands whose script is unknown to the server, and of all later
     * commands of their keys, which must not overtake them.
     */
    private static List<Integer> withUnknownScript(
            List<RedisCommand> commands, RedisFailure[] failures) {
        List<Integer> found = new ArrayList<>();
        Set<ByteBuffer> keys = new HashSet<>();
        for (int i = 0; i < failures.length; i++) {
            ByteBuffer key = ByteBuffer.wrap(commands.get(i).args()[commands.get(i).routingKey()]);
            if (failures[i] != null && failures[i].kind() == RedisFailure.Kind.SCRIPT_MISSING) {
                keys.add(key);
            }
            if (keys.contains(key)) {
                found.add(i);
            }
        }
        return found;
    }

    /**
     * Counts up the marker of every shard, including those that nothing was written to. Blocks, and
     * does not throw if Redis fails. The time between two checks, about one second, bounds how long
     * a loss goes unnoticed.
     */
    public Check check() {
        progress = markers.progress();
        markers.forgetMovingSlots();
        List<RedisFailure> failures = link.exchangeWithEveryShard(markers);
        if (markers.foundLosses()) {
            failures = link.exchangeWithEveryShard(markers);
        }
        return new Check(forCallers(failures), takeLost());
    }

    private List<RedisShard> takeLost() {
        if (!markers.foundLosses()) {
            progress = markers.progress();
        }
        return markers.takeLost();
    }

    private static List<RedisFailure> forCallers(List<RedisFailure> failures) {
        List<RedisFailure> reported = new ArrayList<>(failures);
        reported.replaceAll(MarkedRedis::forCallers);
        return Collections.unmodifiableList(reported);
    }

    private static RedisFailure forCallers(RedisFailure failure) {
        if (failure == null) {
            return null;
        }
        return switch (failure.kind()) {
            case RECONNECT, REDIRECTED, SCRIPT_MISSING ->
                    new RedisFailure(RedisFailure.Kind.RETRY, failure.message(), failure.cause());
            case RETRY, OUT_OF_MEMORY, COMMAND_REFUSED, CLIENT_REFUSED -> failure;
        };
    }

    /**
     * Returns what the markers of all shards have at least, to be kept in the checkpoint for the
     * next client; -1 if nothing was acknowledged yet. Thread-safe. Has no meaning as a number.
     *
     * <p>A client that is opened with a position from after a loss does not report the loss again.
     * Therefore this is a position from before the loss until the next write or check begins. The
     * caller must have recorded the loss by then, so that every checkpoint with a later position
     * contains what is still to be repaired.
     */
    public long progress() {
        return progress;
    }

    /** Returns the server in a form for messages. */
    @Override
    public String toString() {
        return "Redis at " + server;
    }

    /** Closes all connections, even if they are in use. Thread-safe, and never throws. */
    @Override
    public void close() {
        link.close();
        timer.shutdownNow();
    }
}
