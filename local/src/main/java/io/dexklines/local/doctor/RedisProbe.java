package io.dexklines.local.doctor;

import io.dexklines.verifier.Cluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Asks the servers of Redis as the job's user. It changes nothing: the write that it tries is one
 * to a member that does not exist.
 */
final class RedisProbe {

    private static final int TIMEOUT_MS = 5_000;
    private static final String IS_IT_UP = "is it running, and is redis.uri right?";

    private final Cluster.Redis job;

    private RedisProbe(Cluster.Redis job) {
        this.job = job;
    }

    /** Returns the facts of the server, of the master that sentinels name, or of all masters. */
    static List<RedisFacts> read(Cluster.Redis job) throws ProbeFailure {
        RedisProbe probe = new RedisProbe(job);
        List<RedisFacts> facts = new ArrayList<>();
        for (HostAndPort server : probe.servers()) {
            facts.add(probe.facts(server));
        }
        return facts;
    }

    private Set<HostAndPort> servers() throws ProbeFailure {
        return switch (job.uri().topology()) {
            case STANDALONE -> Set.of(HostAndPort.from(job.uri().nodes().get(0)));
            case SENTINEL -> Set.of(masterOfSentinels());
            case CLUSTER -> mastersOfCluster();
        };
    }

    private HostAndPort masterOfSentinels() throws ProbeFailure {
        List<String> reasons = new ArrayList<>();
        for (String node : job.uri().nodes()) {
            try (Jedis sentinel = new Jedis(HostAndPort.from(node), config().build())) {
                List<String> master = sentinel.sentinelGetMasterAddrByName(job.uri().master());
                if (master != null) {
                    return new HostAndPort(master.get(0), Integer.parseInt(master.get(1)));
                }
                reasons.add(node + " knows no " + job.uri().master());
            } catch (JedisException e) {
                reasons.add(node + ": " + rootMessage(e));
            }
        }
        throw ProbeFailure.unreachable(
                "no sentinel names the master (%s)".formatted(String.join(", ", reasons)),
                IS_IT_UP);
    }

    private Set<HostAndPort> mastersOfCluster() throws ProbeFailure {
        List<String> reasons = new ArrayList<>();
        for (String node : job.uri().nodes()) {
            try (Jedis jedis = connect(HostAndPort.from(node))) {
                Set<HostAndPort> masters = new LinkedHashSet<>();
                for (Object slots : (List<?>) jedis.sendCommand(Command.CLUSTER, "SLOTS")) {
                    List<?> master = (List<?>) ((List<?>) slots).get(2);
                    masters.add(
                            new HostAndPort(
                                    text(master.get(0)), ((Long) master.get(1)).intValue()));
                }
                if (!masters.isEmpty()) {
                    return masters;
                }
                reasons.add(node + " has no slots");
            } catch (JedisDataException e) {
                throw refused(e);
            } catch (JedisException e) {
                reasons.add(node + ": " + rootMessage(e));
            }
        }
        throw ProbeFailure.unreachable(
                "no node of the cluster answers (%s)".formatted(String.join(", ", reasons)),
                IS_IT_UP);
    }

    private RedisFacts facts(HostAndPort server) throws ProbeFailure {
        try (Jedis jedis = connect(server)) {
            jedis.ping();
            Map<String, String> hello = hello(jedis);
            Map<String, String> memory = memory(jedis);
            return new RedisFacts(
                    server.toString(),
                    Optional.ofNullable(hello.get("version")),
                    !hello.getOrDefault("role", "master").matches("slave|replica"),
                    Optional.ofNullable(memory.get("maxmemory-policy")),
                    memory.containsKey("maxmemory")
                            ? OptionalLong.of(Long.parseLong(memory.get("maxmemory")))
                            : OptionalLong.empty(),
                    // with XX, a member that does not exist is not added
                    refusal(
                            jedis,
                            Command.ZADD,
                            job.keyPrefix() + "kline:doctor:1m",
                            "XX",
                            "0",
                            "doctor"),
                    refusal(jedis, Command.EVAL, "return 1", "0").isEmpty());
        } catch (JedisDataException e) {
            throw refused(e);
        } catch (JedisException e) {
            String why = rootMessage(e);
            String address = server.toString();
            throw ProbeFailure.unreachable(
                    why.contains(address) ? why : address + ": " + why, IS_IT_UP);
        }
    }

    private static ProbeFailure refused(JedisDataException e) {
        String why = e.getMessage();
        return why.startsWith("WRONGPASS") || why.startsWith("NOAUTH")
                ? ProbeFailure.refused(
                        "the login is refused: " + why, "correct redis.username and redis.password")
                : ProbeFailure.refused(why, "correct redis.uri, or look at the log of Redis");
    }

    private Jedis connect(HostAndPort server) throws ProbeFailure {
        try {
            return new Jedis(
                    server,
                    config().user(job.username().orElse(null))
                            .password(job.resolvedPassword())
                            .database(job.uri().database())
                            .build());
        } catch (IllegalStateException e) {
            throw ProbeFailure.refused(e.getMessage(), "correct redis.password, or set the secret");
        }
    }

    private DefaultJedisClientConfig.Builder config() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .timeoutMillis(TIMEOUT_MS)
                        .autoNegotiateProtocol(false);
        if (job.uri().tls()) {
            config.sslOptions(SslOptions.defaults());
        }
        return config;
    }

    /** Returns what the server says of itself; nothing before Redis 6. */
    private static Map<String, String> hello(Jedis jedis) {
        try {
            return pairs((List<?>) jedis.sendCommand(Command.HELLO));
        } catch (JedisDataException e) {
            return Map.of();
        }
    }

    /** Returns the settings of the memory; nothing if the user may not read them. */
    private static Map<String, String> memory(Jedis jedis) {
        try {
            return pairs((List<?>) jedis.sendCommand(Command.CONFIG, "GET", "maxmemory*"));
        } catch (JedisDataException e) {
            return Map.of();
        }
    }

    private static Map<String, String> pairs(List<?> answer) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i + 1 < answer.size(); i += 2) {
            pairs.put(text(answer.get(i)), text(answer.get(i + 1)));
        }
        return pairs;
    }

    private static String text(Object answer) {
        return answer instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(answer);
    }

    private static Optional<String> refusal(
            Jedis jedis, ProtocolCommand command, String... arguments) {
        try {
            jedis.sendCommand(command, arguments);
            return Optional.empty();
        } catch (JedisRedirectionException e) {
            // another node has the key, which a server says only to who may write it
            return Optional.empty();
        } catch (JedisDataException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
