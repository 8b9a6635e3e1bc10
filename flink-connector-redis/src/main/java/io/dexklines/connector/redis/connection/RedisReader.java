package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StaticCommandFlagsRegistry;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.executors.CommandExecutor;
import redis.clients.jedis.executors.DefaultCommandExecutor;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.resps.Tuple;

/**
 * A client that reads sorted sets of a standalone server, of the master that sentinels name, or of
 * a cluster. One thread reads. Any thread may close the client.
 */
public final class RedisReader implements AutoCloseable {

    /** The most nodes that a command is sent to, while slots of a cluster move. */
    private static final int MAX_ATTEMPTS = 4;

    private static final CommandObjects COMMANDS = new CommandObjects(RedisProtocol.RESP2);

    private final boolean cluster;
    private final Duration timeout;
    private final LazyProvider<ConnectionProvider> provider;

    private RedisReader(RedisConnectionSettings settings) throws IOException {
        ConnectionConfigs configs =
                new ConnectionConfigs(settings, settings.resolveSecrets(), 1, new ReconnectGuard());
        this.cluster = settings.topology() == RedisConnectionSettings.Topology.CLUSTER;
        this.timeout = settings.requestTimeout();
        this.provider = new LazyProvider<>(cluster ? configs::cluster : configs::singleNode);
    }

    /** Thrown if a key holds something else than a sorted set. */
    public static final class WrongTypeException extends IOException {
        private static final long serialVersionUID = 1L;

        private WrongTypeException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Creates a client, which connects when it reads first.
     *
     * @throws IOException if a secret cannot be read
     */
    public static RedisReader of(RedisConnectionSettings settings) throws IOException {
        return new RedisReader(settings);
    }

    /**
     * Returns the members of a sorted set that have the score.
     *
     * @throws WrongTypeException if the key holds something else
     * @throws IOException if Redis cannot be read now
     */
    public List<String> membersAt(String key, double score) throws IOException {
        return execute(COMMANDS.zrangeByScore(key, score, score));
    }

    /**
     * Returns how many members of a sorted set have a higher score.
     *
     * @throws WrongTypeException if the key holds something else
     * @throws IOException if Redis cannot be read now
     */
    public long countAbove(String key, double score) throws IOException {
        return execute(COMMANDS.zcount(key, "(" + score, "+inf"));
    }

    /**
     * Returns the highest score in a sorted set; empty if there is no such set.
     *
     * @throws WrongTypeException if the key holds something else
     * @throws IOException if Redis cannot be read now
     */
    public OptionalDouble highestScore(String key) throws IOException {
        return execute(COMMANDS.zrangeWithScores(key, -1, -1)).stream()
                .mapToDouble(Tuple::getScore)
                .findFirst();
    }

    private <T> T execute(CommandObject<T> command) throws IOException {
        try {
            return executor(provider.get()).executeCommand(command);
        } catch (JedisDataException e) {
            if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
                throw new WrongTypeException(e.getMessage(), e);
            }
            throw new IOException(e.getMessage(), e);
        } catch (JedisException e) {
            provider.dropIdleConnections();
            throw new IOException(RedisFailure.ofConnecting(e).message(), e);
        }
    }

    /** Returns an executor on the connections of the provider, which is not closed with it. */
    private CommandExecutor executor(ConnectionProvider connections) {
        return cluster
                ? new ClusterCommandExecutor(
                        (ClusterConnectionProvider) connections,
                        MAX_ATTEMPTS,
                        timeout,
                        StaticCommandFlagsRegistry.registry())
                : new DefaultCommandExecutor(connections);
    }

    /** Closes the connections. Never throws. */
    @Override
    public void close() {
        provider.close();
    }
}
