package io.dexklines.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server that appends what is written to a file before it answers: keys survive {@link
 * #kill} and {@link #restart}.
 */
public final class EmbeddedRedis extends EmbeddedServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final int PROBE_TIMEOUT_MS = 2_000;

    private final Path folder;
    private final int port;

    private EmbeddedRedis(Path folder, int port) {
        this.folder = folder.toAbsolutePath();
        this.port = port;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder for data and log; data that is there is used again
     * @param port 0 for any that is free
     */
    public static EmbeddedRedis start(Path folder, int port) {
        EmbeddedRedis redis = new EmbeddedRedis(folder, Ports.orFree(port));
        redis.start();
        return redis;
    }

    /** {@code redis://host:port}. */
    public String uri() {
        return "redis://" + Ports.HOST + ":" + port;
    }

    @Override
    void start() {
        ServerProcess process =
                runs(
                        new ServerProcess.Command("redis", folder)
                                .word(program().toString())
                                .word("--bind", Ports.HOST, "--port", Integer.toString(port))
                                .word("--dir", folder.toString())
                                .word("--appendonly", "yes", "--save", "")
                                .start());
        try {
            Readiness.await("redis", List.of(process), START_TIMEOUT, this::answers);
        } catch (StartException e) {
            process.kill();
            throw e;
        }
    }

    private boolean answers() {
        try (Jedis jedis =
                new Jedis(
                        new HostAndPort(Ports.HOST, port),
                        DefaultJedisClientConfig.builder()
                                .timeoutMillis(PROBE_TIMEOUT_MS)
                                .build())) {
            // throws while it loads its data
            return "PONG".equals(jedis.ping());
        }
    }

    /** The program, unpacked into the server's own folder: it is small. */
    private Path program() {
        try {
            Files.createDirectories(folder);
            File unpacked = ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
            return unpacked.toPath().toAbsolutePath();
        } catch (IOException e) {
            throw new StartException("redis cannot be unpacked to " + folder, e);
        }
    }
}
