package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server with an append-only file. Keys survive {@link #kill} and {@link #restart}: Redis
 * writes each command to the file before it answers.
 */
public final class EmbeddedRedis extends EmbeddedServer {

    private static final String MEMORY = "1gb";

    private static final int PROBE_TIMEOUT_MS = 2_000;

    private EmbeddedRedis(Path folder, int port) {
        super("redis", folder, port, Duration.ofSeconds(120));
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder the folder for data and logs; existing data is reused
     * @param port 0 for any free port
     */
    public static EmbeddedRedis start(Path folder, int port) {
        EmbeddedRedis redis = new EmbeddedRedis(folder, port);
        redis.start();
        return redis;
    }

    /** Returns the address, {@code redis://host:port}. */
    public String uri() {
        return "redis://" + Ports.HOST + ":" + port;
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Files.createDirectories(folder);
        Path program = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
        return new ServerProcess.Command(name, folder)
                .word(program.toAbsolutePath().toString())
                .word("--bind", Ports.HOST, "--port", Integer.toString(port))
                .word("--dir", folder.toString())
                .word("--appendonly", "yes", "--save", "")
                // full, it refuses new klines, which the job counts; evicted ones nobody would miss
                .word("--maxmemory", MEMORY, "--maxmemory-policy", "noeviction")
                // sets of few klines take a third of the memory
                .word("--zset-max-ziplist-entries", "16", "--zset-max-ziplist-value", "512");
    }

    @Override
    boolean answers() {
        try (Jedis jedis =
                new Jedis(
                        new HostAndPort(Ports.HOST, port),
                        DefaultJedisClientConfig.builder()
                                .timeoutMillis(PROBE_TIMEOUT_MS)
                                .build())) {
            // throws an exception while Redis loads its data
            return "PONG".equals(jedis.ping());
        }
    }
}
