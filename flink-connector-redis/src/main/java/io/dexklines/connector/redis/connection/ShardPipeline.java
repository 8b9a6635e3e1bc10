package io.dexklines.connector.redis.connection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** A pipeline to one shard: commands of an exchange, and the trailer behind them. One thread. */
final class ShardPipeline {

    /**
     * A command of an exchange on its way.
     *
     * @param index the index of the command in the exchange
     * @param askedAt the node that a moving slot goes to, and which has to be asked; null for the
     *     node of the slot
     */
    record Routed(int index, HostAndPort askedAt) {}

    private final RedisShard shard;
    private final List<Routed> routed;
    private final ShardTrailer trailer;
    private final List<EncodedCommand> behind;
    private PipelinedConnections.Exchange exchange;
    private RedisFailure notConnected;

    ShardPipeline(RedisShard shard, List<Routed> routed, ShardTrailer trailer) {
        this.shard = shard;
        this.routed = routed;
        this.trailer = trailer;
        this.behind = trailer.commands(shard);
    }

    /** Sends everything. Does not throw if Redis or the network fails. */
    void send(
            PipelinedConnections connections,
            Supplier<Connection> pool,
            List<EncodedCommand> commands) {
        try {
            exchange = connections.begin(pool);
        } catch (RuntimeException e) {
            notConnected = RedisFailure.ofConnecting(e);
            return;
        }
        for (Routed each : routed) {
            if (each.askedAt() != null) {
                exchange.sendAsking();
            }
            exchange.send(commands.get(each.index()));
        }
        behind.forEach(exchange::send);
        exchange.flush();
    }

    /**
     * Receives all replies, and returns the connection.
     *
     * @param failures receives the failure of each command, by its index
     * @return the failure of the connection or of the trailer; null if there is none
     */
    RedisFailure receive(RedisFailure[] failures) {
        if (exchange == null) {
            routed.forEach(each -> failures[each.index()] = notConnected);
            trailer.evaluate(
                    shard, Collections.nCopies(behind.size(), new RedisReply(null, notConnected)));
            return notConnected;
        }
        List<RedisReply> replies = new ArrayList<>(behind.size());
        try (PipelinedConnections.Exchange open = exchange) {
            open.awaitReplies();
            for (Routed each : routed) {
                RedisFailure asking = each.askedAt() == null ? null : open.receive().failure();
                RedisFailure failure = open.receive().failure();
                failures[each.index()] = asking == null ? failure : asking;
            }
            for (int i = 0; i < behind.size(); i++) {
                replies.add(open.receive());
            }
        }
        RedisFailure failure = trailer.evaluate(shard, replies);
        for (Routed each : routed) {
            if (failures[each.index()] == null) {
                failures[each.index()] = failure;
            }
        }
        return failure;
    }

    /** Returns whether the connection could not be opened or was lost. */
    boolean isBroken() {
        return exchange == null || exchange.isBroken();
    }
}
