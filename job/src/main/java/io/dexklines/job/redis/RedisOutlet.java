package io.dexklines.job.redis;

import io.dexklines.connector.redis.FailedCommandPolicy;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.kline.KlineUpdates;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;

/**
 * Klines to Redis, where the newest of each pair and interval are read from.
 *
 * <p>Guarantees: at least once, and as every write is guarded by the number of trades, a kline is
 * never replaced by an older version of itself. An outage holds the job up and loses nothing; what
 * Redis itself loses comes back as its pairs trade.
 */
public final class RedisOutlet {

    /** Part of the savepoint: never rename. */
    private static final String UID = "redis";

    private RedisOutlet() {}

    /** Writes {@code updates} in any order and from any subtask. */
    public static DataStreamSink<KlineUpdates> attach(
            DataStream<KlineUpdates> updates, RedisConnectionSettings connection) {
        return updates.sinkTo(
                        RedisSink.<KlineUpdates>builder()
                                .connection(connection)
                                .converter(new PutKlines(RedisScript.of(KlineRedisScript.text())))
                                .onFailedCommand(FailedCommandPolicy.FAIL)
                                .build())
                .uid(UID)
                .name("Redis")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(updates.getParallelism());
    }

    /** A call of the script for every kline. */
    private static final class PutKlines implements RedisCommandConverter<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        private final RedisScript script;

        PutKlines(RedisScript script) {
            this.script = script;
        }

        @Override
        public List<RedisCommand> convert(KlineUpdates updates, SinkWriter.Context context) {
            List<RedisCommand> commands = new ArrayList<>(updates.klines().size());
            for (KlineRedisScript.Call call : KlineRedisScript.calls(updates)) {
                RedisCommand.Builder command = RedisCommand.call(script).key(call.key());
                call.arguments().forEach(command::arg);
                commands.add(command.build());
            }
            return commands;
        }
    }
}
