package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.annotation.Internal;

/**
 * A client that sends commands to Redis and returns the failure of each. Thread-safe. A call blocks
 * until the last reply, the request timeout or the loss of the connection.
 */
@Internal
public interface RedisLink extends AutoCloseable {

    /**
     * Sends the commands in one pipeline and in order. In a cluster, the order holds for each node
     * only.
     *
     * <p>Does not throw if Redis or the network fails.
     *
     * @return for each command its failure, or null if Redis carried it out. A command whose reply
     *     was lost has a failure, but may have been carried out
     */
    default RedisFailure[] exchange(List<EncodedCommand> commands) {
        return exchange(commands, ShardTrailer.NONE);
    }

    /**
     * Sends the commands as {@link #exchange(List)} does, and a trailer behind them on each shard
     * that they touch.
     *
     * @return for each command its failure, or null if Redis carried out the command and the
     *     trailer accepts it
     */
    RedisFailure[] exchange(List<EncodedCommand> commands, ShardTrailer trailer);

    /**
     * Looks for the shards, and sends a trailer to each of them.
     *
     * @return the failures of the shards, or of looking for them
     */
    List<RedisFailure> exchangeWithEveryShard(ShardTrailer trailer);

    /** Closes all connections, including those in use. Never throws. */
    @Override
    void close();

    /**
     * Creates a link. Reads the secrets at once, and connects at the first exchange.
     *
     * @param maxConnections largest number of connections to one node; at least the number of
     *     threads that use the link
     * @param timer runs the request timeouts; the caller has to shut it down
     * @throws IOException if a secret cannot be read
     */
    static RedisLink open(
            RedisConnectionSettings settings, int maxConnections, ScheduledExecutorService timer)
            throws IOException {
        ReconnectGuard guard = new ReconnectGuard();
        ConnectionConfigs configs =
                new ConnectionConfigs(settings, settings.resolveSecrets(), maxConnections, guard);
        PipelinedConnections connections =
                new PipelinedConnections(timer, settings.requestTimeout().toMillis(), guard);
        return settings.topology() == RedisConnectionSettings.Topology.CLUSTER
                ? new ClusterLink(configs, connections)
                : new SingleNodeLink(configs, connections, settings.toString());
    }
}
