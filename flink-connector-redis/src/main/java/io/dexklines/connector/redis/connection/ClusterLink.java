package io.dexklines.connector.redis.connection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The link to a Redis Cluster: one pipeline per node, all of them on their way before the first
 * answer is read; follows slots that have moved or are moving.
 *
 * <p>The client library's own cluster pipeline follows no redirection, so a resharding or a
 * failover would show as failed commands.
 */
final class ClusterLink implements RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);

    /** Rounds over which redirections are followed at once; then the caller waits and retries. */
    private static final int MAX_ROUNDS = 4;

    private final LazyProvider<ClusterConnectionProvider> provider;
    private final PipelinedConnections connections;

    ClusterLink(ConnectionConfigs configs, PipelinedConnections connections) {
        this.provider = new LazyProvider<>(configs::cluster);
        this.connections = connections;
    }

    @Override
    public RedisFailure[] exchange(List<RedisFrame> commands) {
        RedisFailure[] failures = new RedisFailure[commands.size()];
        ClusterConnectionProvider nodes;
        try {
            nodes = provider.get();
        } catch (RuntimeException e) {
            Arrays.fill(failures, RedisFailure.ofConnecting(e));
            return failures;
        }

        List<Integer> pending = new ArrayList<>(commands.size());
        for (int i = 0; i < commands.size(); i++) {
            pending.add(i);
        }
        for (int round = 0; round < MAX_ROUNDS && !pending.isEmpty(); round++) {
            exchangeByNode(nodes, commands, pending, failures);
            pending = followRedirections(nodes, commands, pending, failures);
        }
        return failures;
    }

    private void exchangeByNode(
            ClusterConnectionProvider nodes,
            List<RedisFrame> commands,
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

    /** Asks for the slots anew if one has moved or a node is gone; what is to be sent again now. */
    private List<Integer> followRedirections(
            ClusterConnectionProvider nodes,
            List<RedisFrame> commands,
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
                LOG.debug("Asking the cluster for its slots failed", e);
            }
        }
        return moved;
    }

    /** A slot on its way: this command, and only this time, is for the node it goes to. */
    private RedisFailure ask(
            ClusterConnectionProvider nodes, HostAndPort target, RedisFrame command) {
        try (PipelinedConnections.Exchange exchange =
                connections.begin(() -> nodes.getConnection(target))) {
            exchange.sendAsking();
            exchange.send(command);
            RedisFailure notAsked = exchange.receive();
            RedisFailure failure = exchange.receive();
            return notAsked != null ? notAsked : failure;
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
