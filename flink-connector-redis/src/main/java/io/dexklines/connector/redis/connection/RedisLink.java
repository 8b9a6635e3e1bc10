package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.annotation.Internal;

/**
 * Sends commands to Redis and says what became of each. Safe for use by several threads; each call
 * blocks its thread until the last answer, the request timeout or the loss of the connection.
 */
@Internal
public interface RedisLink extends AutoCloseable {

    /**
     * Sends the commands pipelined, in their order; in a cluster that order holds per node only.
     *
     * <p>Never throws for what Redis or the network does: that is told per command.
     *
     * @return for each command what went wrong with it, or null when Redis carried it out. A
     *     command whose answer was lost may have been carried out, too
     */
    RedisFailure[] exchange(List<RedisFrame> commands);

    /** Cuts all connections, also those in use. Never throws. */
    @Override
    void close();

    /**
     * A link by those settings. Connects at the first exchange, not here; the secrets are read
     * here.
     *
     * @param maxConnections to one node, at least the number of threads that use the link
     * @param timer runs the request timeout; stays the caller's
     * @throws IOException when a secret is not where it should be
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
                : new SingleNodeLink(configs, connections);
    }
}
