package io.dexklines.connector.redis.connection;

import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.providers.ConnectionProvider;

/** A link to a standalone server, or to the master that the sentinels name. */
final class SingleNodeLink implements RedisLink {
    private final LazyProvider<ConnectionProvider> provider;
    private final PipelinedConnections connections;

    SingleNodeLink(ConnectionConfigs configs, PipelinedConnections connections) {
        this.provider = new LazyProvider<>(configs::singleNode);
        this.connections = connections;
    }

    @Override
    public RedisFailure[] exchange(List<EncodedCommand> commands) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        boolean broken;
        try (PipelinedConnections.Exchange exchange =
                connections.begin(() -> provider.get().getConnection())) {
            commands.forEach(exchange::send);
            for (int i = 0; i < failures.length; i++) {
                failures[i] = exchange.receive();
            }
            broken = exchange.isBroken();
        } catch (RuntimeException e) {
            Arrays.fill(failures, RedisFailure.ofConnecting(e));
            broken = true;
        }
        if (broken) {
            provider.dropIdleConnections();
        }
        return failures;
    }

    @Override
    public void close() {
        connections.close();
        provider.close();
    }
}
