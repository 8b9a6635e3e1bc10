package io.dexklines.connector.redis.connection;

import io.dexklines.connector.redis.connection.ShardPipeline.Routed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A link to a Redis Cluster. It sends one pipeline to each node, all before it reads the first
 * reply, and follows slots that have moved or are moving.
 *
 * <p>The cluster pipeline of Jedis follows no redirections, so that resharding or a failover would
 * cause failed commands.
 */
final class ClusterLink implements RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);

    /** Most rounds in one exchange, including redirections. After that the caller has to retry. */
    private static final int MAX_ROUNDS = 5;

    private final LazyProvider<ClusterConnectionProvider> provider;
    private final PipelinedConnections connections;
    private volatile ClusterTopology topology;

    ClusterLink(ConnectionConfigs configs, PipelinedConnections connections) {
        this.provider = new LazyProvider<>(configs::cluster);
        this.connections = connections;
    }

    @Override
    public RedisFailure[] exchange(List<EncodedCommand> commands, ShardTrailer trailer) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        ClusterConnectionProvider nodes;
        try {
            nodes = connect();
        } catch (RuntimeException e) {
            Arrays.fill(failures, RedisFailure.ofConnecting(e));
            return failures;
        }

        List<Routed> pending =
                IntStream.range(0, commands.size()).mapToObj(i -> new Routed(i, null)).toList();
        for (int round = 0; round < MAX_ROUNDS && !pending.isEmpty(); round++) {
            ClusterTopology current = topology;
            Map<HostAndPort, List<Routed>> byNode = route(current, commands, pending, failures);
            Outcome outcome = exchange(nodes, current, byNode, commands, trailer, failures);
            pending.forEach(each -> outcome.add(failures[each.index()]));
            refresh(nodes, outcome);
            pending = redirected(pending, failures);
        }
        return failures;
    }

    @Override
    public List<RedisFailure> exchangeWithEveryShard(ShardTrailer trailer) {
        ClusterConnectionProvider nodes;
        try {
            nodes = connect();
        } catch (RuntimeException e) {
            return List.of(RedisFailure.ofConnecting(e));
        }
        Outcome outcome = new Outcome();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            ClusterTopology current = topology;
            Map<HostAndPort, List<Routed>> byNode = new LinkedHashMap<>();
            current.nodes().forEach(node -> byNode.put(node, List.of()));
            outcome = exchange(nodes, current, byNode, List.of(), trailer, new RedisFailure[0]);
            // in any case, because the other shards of a slot that moved do not tell
            outcome.stale = true;
            refresh(nodes, outcome);
            if (topology.hasSlotsOf(current)
                    && outcome.failures.stream().noneMatch(ClusterLink::isRedirection)) {
                break;
            }
        }
        return outcome.failures;
    }

    /** Connects to the cluster unless this was done before. Throws exceptions of Jedis. */
    private ClusterConnectionProvider connect() {
        ClusterConnectionProvider nodes = provider.get();
        if (topology == null) {
            topology = new ClusterTopology(nodes);
        }
        return nodes;
    }

    private static Map<HostAndPort, List<Routed>> route(
            ClusterTopology topology,
            List<EncodedCommand> commands,
            List<Routed> pending,
            RedisFailure[] failures) {
        Map<HostAndPort, List<Routed>> byNode = new LinkedHashMap<>();
        for (Routed each : pending) {
            int slot = JedisClusterCRC16.getSlot(commands.get(each.index()).routingKey());
            HostAndPort node = each.askedAt() == null ? topology.node(slot) : each.askedAt();
            if (node == null) {
                failures[each.index()] =
                        RedisFailure.ofBrokenConnection(
                                new JedisClusterOperationException("no node has slot " + slot));
            } else {
                byNode.computeIfAbsent(node, any -> new ArrayList<>()).add(each);
            }
        }
        return byNode;
    }

    private Outcome exchange(
            ClusterConnectionProvider nodes,
            ClusterTopology current,
            Map<HostAndPort, List<Routed>> byNode,
            List<EncodedCommand> commands,
            ShardTrailer trailer,
            RedisFailure[] failures) {
        trailer.shards(current.shards());
        Map<HostAndPort, ShardPipeline> pipelines = new LinkedHashMap<>();
        byNode.forEach(
                (node, routed) -> {
                    ShardPipeline pipeline =
                            new ShardPipeline(current.shard(node), routed, trailer);
                    pipelines.put(node, pipeline);
                    pipeline.send(connections, () -> nodes.getConnection(node), commands);
                });
        Outcome outcome = new Outcome();
        pipelines.forEach(
                (node, pipeline) -> {
                    RedisFailure failure = pipeline.receive(failures);
                    if (failure != null) {
                        outcome.add(failure);
                        outcome.failures.add(failure);
                    }
                    if (!pipeline.isBroken()) {
                        outcome.answered = node;
                    }
                });
        return outcome;
    }

    /** Refreshes the slots if one has moved or a node is unreachable. */
    private void refresh(ClusterConnectionProvider nodes, Outcome outcome) {
        if (outcome.broken) {
            provider.dropIdleConnections();
        }
        if (!outcome.stale) {
            return;
        }
        try {
            if (outcome.answered == null) {
                nodes.renewSlotCache();
            } else {
                // the nodes of the settings, which Jedis asks first, may be the one that hangs
                try (Connection connection = nodes.getConnection(outcome.answered)) {
                    nodes.renewSlotCache(connection);
                }
            }
            ClusterTopology refreshed = new ClusterTopology(nodes);
            if (!refreshed.hasSlotsOf(topology)) {
                topology = refreshed;
            }
        } catch (RuntimeException e) {
            LOG.debug("Refreshing the slots of the cluster failed", e);
        }
    }

    /** Returns the commands to send again at once, because their slot has moved or is moving. */
    private static List<Routed> redirected(List<Routed> sent, RedisFailure[] failures) {
        List<Routed> again = new ArrayList<>();
        for (Routed each : sent) {
            RedisFailure failure = failures[each.index()];
            if (failure != null && failure.cause() instanceof JedisAskDataException redirection) {
                again.add(new Routed(each.index(), redirection.getTargetNode()));
            } else if (isRedirection(failure)) {
                again.add(new Routed(each.index(), null));
            }
        }
        return again;
    }

    private static boolean isRedirection(RedisFailure failure) {
        return failure != null && failure.kind() == RedisFailure.Kind.REDIRECTED;
    }

    /** What one round of an exchange says about the nodes. */
    private static final class Outcome {
        /** The failures of the shards: of their connections or their trailers. */
        final List<RedisFailure> failures = new ArrayList<>();

        /** A node that answered; null if none did. */
        HostAndPort answered;

        boolean stale;
        boolean broken;

        void add(RedisFailure failure) {
            if (failure == null) {
                return;
            }
            broken |= failure.kind() == RedisFailure.Kind.RECONNECT;
            stale |=
                    failure.kind() == RedisFailure.Kind.RECONNECT
                            || isRedirection(failure)
                                    && !(failure.cause() instanceof JedisAskDataException)
                            || failure.message().startsWith("CLUSTERDOWN");
        }
    }

    @Override
    public void close() {
        connections.close();
        provider.close();
    }
}
