package io.dexklines.connector.redis.connection;

import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Commands that a link sends behind those of an exchange, to each shard that the exchange touches
 * and on the same connection. A link calls a trailer on the thread of the exchange.
 */
@Internal
public interface ShardTrailer {

    /** Sends nothing. */
    ShardTrailer NONE =
            new ShardTrailer() {
                @Override
                public List<EncodedCommand> commands(RedisShard shard) {
                    return List.of();
                }

                @Override
                public RedisFailure evaluate(RedisShard shard, List<RedisReply> replies) {
                    return null;
                }
            };

    /**
     * Receives all shards before {@link #commands}, at the first exchange and whenever they have
     * changed. The same list object stands for the same shards.
     */
    default void shards(List<RedisShard> shards) {}

    /** Returns the commands to send to the shard, whose keys all belong to it. */
    List<EncodedCommand> commands(RedisShard shard);

    /**
     * Evaluates the replies to the commands of {@link #commands}.
     *
     * @return the failure to report for those commands before the trailer that Redis carried out;
     *     null to report them as carried out. {@link RedisFailure.Kind#REDIRECTED} refreshes the
     *     shards and sends them again
     */
    RedisFailure evaluate(RedisShard shard, List<RedisReply> replies);
}
