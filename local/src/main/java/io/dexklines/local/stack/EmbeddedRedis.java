package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisExecProvider;

/**
 * A Redis server with an append-only file. Keys survive {@link #kill} and {@link #restart}: Redis
 * writes each command to the file before it answers. Nobody gets in without a password, and no user
 * can make the server write to another file, load a module or be debugged.
 */
public final class EmbeddedRedis extends EmbeddedServer {

    private static final String MEMORY = "1gb";

    /** The folder of the append-only files, within the folder of the server. */
    public static final String APPEND_ONLY_FOLDER = "appendonlydir";

    private static final int CLIENT_TIMEOUT_MS = 2_000;
    private static final String USER = "klines";
    private static final String ADMIN = "admin";
    private static final String READER = "relay";
    private static final String VERIFIER = "verify";

    /** What clients of a cluster need on top: to find the masters, also while a slot moves. */
    private static final String CLUSTER_RIGHTS = " +cluster|slots +asking";

    /** The port by which the servers of a cluster call each other; 0 outside a cluster. */
    private final int busPort;

    private EmbeddedRedis(Path folder, int port) {
        this(folder, port, 0);
    }

    private EmbeddedRedis(Path folder, int port, int busPort) {
        super("redis", folder, port, Duration.ofSeconds(120));
        this.busPort = busPort;
    }

    /**
     * Returns servers for a cluster, which are not started and of which none knows another. A user
     * has the same password on all of them.
     *
     * @param folder the folder for those of the servers, {@code redis-0}, …
     */
    static List<EmbeddedRedis> ofCluster(Path folder, int number) throws IOException {
        List<EmbeddedRedis> servers = new ArrayList<>();
        for (int index = 0; index < number; index++) {
            EmbeddedRedis server =
                    new EmbeddedRedis(folder.resolve("redis-" + index), 0, Ports.free());
            if (index > 0) {
                EmbeddedRedis first = servers.get(0);
                for (Login user :
                        List.of(first.admin(), first.job(), first.relay(), first.verifier())) {
                    user.copyTo(server.folder);
                }
            }
            servers.add(server);
        }
        return servers;
    }

    /** Returns the port by which the servers of a cluster call each other. */
    int busPort() {
        return busPort;
    }

    /** Returns the folder of the append-only files. */
    public Path data() {
        return folder.resolve(APPEND_ONLY_FOLDER);
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder the folder for data, logs and passwords; existing data is reused
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

    /** Returns the job's user, who can read and write klines. */
    public Login job() {
        return Login.in(folder, USER);
    }

    /** Returns the relay's user, who can read klines. */
    public Login relay() {
        return Login.in(folder, READER);
    }

    /** Returns the user of {@code klines verify}, who can read klines. */
    public Login verifier() {
        return verifier(folder);
    }

    /**
     * Returns the user of {@code klines verify} for a server of any process.
     *
     * @param folder the folder of that server
     */
    static Login verifier(Path folder) {
        return Login.in(folder, VERIFIER);
    }

    /** Returns the user who can use every command but those that the server denies to all. */
    public Login admin() {
        return Login.in(folder, ADMIN);
    }

    /** Opens a connection as the admin, which the caller closes. */
    public Jedis connect() {
        return connect(admin());
    }

    /** Opens a connection as a user, which the caller closes. */
    public Jedis connect(Login login) {
        return new Jedis(new HostAndPort(Ports.HOST, port), clientConfig(login));
    }

    /** Opens a pool of connections as the admin, which the caller closes. */
    public RedisClient pool() {
        return RedisClient.builder()
                .hostAndPort(Ports.HOST, port)
                .clientConfig(clientConfig(admin()))
                .build();
    }

    private static JedisClientConfig clientConfig(Login login) {
        return DefaultJedisClientConfig.builder()
                .user(login.user())
                .password(login.password())
                .timeoutMillis(CLIENT_TIMEOUT_MS)
                // a single connection does not negotiate, and warns of it each time
                .autoNegotiateProtocol(false)
                .build();
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Files.createDirectories(folder);
        Path users = folder.resolve("users.acl");
        StackFiles.writePrivate(users, users());
        ServerProcess.Command command =
                new ServerProcess.Command(name, folder).word(program(folder).toString());
        if (busPort != 0) {
            Path settings = folder.resolve("cluster.conf");
            StackFiles.writePrivate(settings, clusterSettings());
            command.word(settings.toString());
        }
        return command.word("--bind", Ports.HOST, "--port", Integer.toString(port))
                .word("--dir", folder.toString())
                .word("--aclfile", users.toString())
                .word("--enable-protected-configs", "no")
                .word("--enable-debug-command", "no")
                .word("--enable-module-command", "no")
                .word("--appendonly", "yes", "--save", "")
                // full, it refuses new klines, which the job counts; evicted ones nobody would miss
                .word("--maxmemory", MEMORY, "--maxmemory-policy", "noeviction")
                // sets of few klines take a third of the memory
                .word("--zset-max-ziplist-entries", "16", "--zset-max-ziplist-value", "512");
    }

    private String clusterSettings() {
        return """
        cluster-enabled yes
        cluster-port %d
        cluster-node-timeout 5000
        # a replica may be promoted although it has lagged for long
        cluster-replica-validity-factor 0
        repl-diskless-sync-delay 0
        masteruser %s
        masterauth %s
        """
                .formatted(busPort, admin().user(), admin().password());
    }

    /**
     * Returns the users, with digests of their passwords instead of the passwords. Nobody can log
     * in as the user {@code default}, but as him Redis reads its file: without rights, it would
     * skip what scripts wrote.
     */
    private String users() {
        return """
        user default off resetpass ~* &* +@all
        user %s on #%s ~* &* +@all
        user %s on #%s ~kline:* +@read +@write +@scripting +@connection -@dangerous%9$s
        user %s on #%s ~kline:* +@read +@connection -@dangerous%9$s
        user %s on #%s ~kline:* +@read +@connection -@dangerous%9$s
        """
                .formatted(
                        ADMIN,
                        admin().passwordDigest(),
                        USER,
                        job().passwordDigest(),
                        READER,
                        relay().passwordDigest(),
                        VERIFIER,
                        verifier().passwordDigest(),
                        busPort == 0 ? "" : CLUSTER_RIGHTS);
    }

    /** Returns the program, which is unpacked from its jar into the folder at the first start. */
    static Path program(Path folder) throws IOException {
        Path program = folder.resolve("redis-server-" + RedisExecProvider.redisVersion);
        if (!Files.exists(program)) {
            Path unpacked = RedisExecProvider.defaultProvider().get().toPath();
            Files.copy(
                    unpacked,
                    program,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return program;
    }

    @Override
    boolean answers() {
        try (Jedis jedis = connect()) {
            // throws an exception while Redis loads its data
            return "PONG".equals(jedis.ping());
        }
    }
}
