package io.dexklines.connector.redis.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final int MAX_ROUNDS = 4;

    private final LazyProvider<ClusterConnectionProvider> provider;
    private final PipelinedConnections connections;

    ClusterLink(ConnectionConfigs configs, PipelinedConnections connections) {
        this.provider = new LazyProvider<>(configs::cluster);
        this.connections = connections;
    }

    @Override
    public RedisFailure[] exchange(List<EncodedCommand> commands) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        ClusterConnectionProvider nodes;
        try {
            nodes = provider.get();
        } catch (RuntimeException e) {
            Arrays.fill(failures, RedisFailure.ofConnecting(e));
            return failures;
        }

        List<Integer> pending = IntStream.range(0, commands.size()).boxed().toList();
        for (int round = 0; round < MAX_ROUNDS && !pending.isEmpty(); round++) {
            exchangeByNode(nodes, commands, pending, failures);
            pending = followRedirections(nodes, commands, pending, failures);
        }
        return failures;
    }

    private void exchangeByNode(
            ClusterConnectionProvider nodes,
            List<EncodedCommand> commands,
            List<Integer> pending,
            RedisFailure[] failures) {
        Map<HostAndPort, List<Integer>> byNode = new LinkedHashMap<>();
        for (int i : pending) {
            int slot = JedisClusterCRC16.getSlot(commands.get(i).routingKey());
            HostAndPort node = nodes.getNode(slot);
            if (node == null) {
                failures[i] =
                        RedisFailure.ofBrokenConnection(
                                new JedisClusterOperationException("no node has slot " + slot));
            } else {
                byNode.computeIfAbsent(node, any -> new ArrayList<>()).add(i);
            }
        }

        Map<PipelinedConnections.Exchange, List<Integer>> exchanges = new LinkedHashMap<>();
        byNode.forEach(
                (node, indexes) -> {
                    try {
                        PipelinedConnections.Exchange exchange =
                                connections.begin(() -> nodes.getConnection(node));
                        exchanges.put(exchange, indexes);
                        indexes.forEach(i -> exchange.send(commands.get(i)));
                        exchange.flush();
                    } catch (RuntimeException e) {
                        RedisFailure failure = RedisFailure.ofConnecting(e);
                        indexes.forEach(i -> failures[i] = failure);
                    }
                });
        exchanges.forEach(
                (exchange, indexes) -> {
                    try (exchange) {
                        indexes.forEach(i -> failures[i] = exchange.receive());
                    }
                });
    }

    /**
     * Refreshes the slots if one has moved or a node is unreachable.
     *
     * @return the indexes of the commands to send again at once
     */
    private List<Integer> followRedirections(
            ClusterConnectionProvider nodes,
            List<EncodedCommand> commands,
            List<Integer> sent,
            RedisFailure[] failures) {
        List<Integer> moved = new ArrayList<>();
        boolean stale = false;
        boolean broken = false;
        for (int i : sent) {
            RedisFailure failure = failures[i];
            if (failure == null) {
                continue;
            }
            if (failure.cause() instanceof JedisAskDataException redirection) {
                failures[i] = ask(nodes, redirection.getTargetNode(), commands.get(i));
            } else if (failure.kind() == RedisFailure.Kind.REDIRECTED) {
                moved.add(i);
                stale = true;
            } else if (failure.kind() == RedisFailure.Kind.RECONNECT) {
                stale = true;
                broken = true;
            } else if (failure.message().startsWith("CLUSTERDOWN")) {
                stale = true;
            }
        }
        if (broken) {
            provider.dropIdleConnections();
        }
        if (stale) {
            try {
                nodes.renewSlotCache();
            } catch (RuntimeException e) {
                LOG.debug("Refreshing the slots of the cluster failed", e);
            }
        }
        return moved;
    }

    /** Sends one command to the node that a moving slot goes to. */
    private RedisFailure ask(
            ClusterConnectionProvider nodes, HostAndPort target, EncodedCommand command) {
        try (PipelinedConnections.Exchange exchange =
                connections.begin(() -> nodes.getConnection(target))) {
            exchange.sendAsking();
            exchange.send(command);
            RedisFailure askingFailure = exchange.receive();
            RedisFailure failure = exchange.receive();
            return askingFailure != null ? askingFailure : failure;
        } catch (RuntimeException e) {
            return RedisFailure.ofConnecting(e);
        }
    }

    @Override
    public void close() {
        connections.close();
        provider.close();
    }
}
