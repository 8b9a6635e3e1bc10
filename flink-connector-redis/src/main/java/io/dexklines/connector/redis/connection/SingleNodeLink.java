package io.dexklines.connector.redis.connection;

import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.providers.ConnectionProvider;

/** A link to a standalone server, or to the master that the sentinels name. */
final class SingleNodeLink implements RedisLink {
    private final LazyProvider<ConnectionProvider> provider;
    private final PipelinedConnections connections;
    private final List<RedisShard> shards;

    SingleNodeLink(ConnectionConfigs configs, PipelinedConnections connections, String server) {
        this.provider = new LazyProvider<>(configs::singleNode);
        this.connections = connections;
        this.shards = List.of(RedisShard.ofAllKeys(server));
    }

    @Override
    public RedisFailure[] exchange(List<EncodedCommand> commands, ShardTrailer trailer) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        exchange(commands, trailer, failures);
        return failures;
    }

    @Override
    public List<RedisFailure> exchangeWithEveryShard(ShardTrailer trailer) {
        RedisFailure failure = exchange(List.of(), trailer, new RedisFailure[0]);
        return failure == null ? List.of() : List.of(failure);
    }

    private RedisFailure exchange(
            List<EncodedCommand> commands, ShardTrailer trailer, RedisFailure[] failures) {
        trailer.shards(shards);
        ShardPipeline pipeline =
                new ShardPipeline(
                        shards.get(0),
                        IntStream.range(0, commands.size())
                                .mapToObj(i -> new ShardPipeline.Routed(i, null))
                                .toList(),
                        trailer);
        pipeline.send(connections, () -> provider.get().getConnection(), commands);
        RedisFailure failure = pipeline.receive(failures);
        if (pipeline.isBroken()) {
            provider.dropIdleConnections();
        }
        return failure;
    }

    @Override
    public void close() {
        connections.close();
        provider.close();
    }
}
