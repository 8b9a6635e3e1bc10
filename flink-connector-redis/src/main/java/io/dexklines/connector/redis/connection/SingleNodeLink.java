package io.dexklines.connector.redis.connection;

import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.providers.ConnectionProvider;

/** The link to one server at a time: the only one, or the one the sentinels call the master. */
final class SingleNodeLink implements RedisLink {
    private final LazyProvider<ConnectionProvider> provider;
    private final PipelinedConnections connections;

    SingleNodeLink(ConnectionConfigs configs, PipelinedConnections connections) {
        this.provider = new LazyProvider<>(configs::singleNode);
        this.connections = connections;
    }

    @Override
    public RedisFailure[] exchange(List<RedisFrame> commands) {
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
