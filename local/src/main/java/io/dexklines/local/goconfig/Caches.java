package io.dexklines.local.goconfig;

import io.dexklines.text.RedisUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The blocks of Redis, as go-zero ({@code RedisConf}) and the socket service have them. */
final class Caches {

    /** The keys of a block, normalized. */
    static final Set<String> KEYS =
            Set.of(
                    "host",
                    "addr",
                    "addrs",
                    "port",
                    "type",
                    "user",
                    "username",
                    "pass",
                    "password",
                    "tls",
                    "db",
                    "database",
                    "mastername",
                    "key",
                    "weight",
                    "nonblock",
                    "pingtimeout");

    /**
     * The text in front of the job's keys, so that it can run beside the old writer, which would
     * add to the job's members.
     */
    static final String SHADOW_PREFIX = "shadow:";

    private static final String URI = "redis.uri";
    private static final String USER = "redis.username";
    private static final String PASSWORD = "redis.password";
    private static final String PREFIX = "redis.key-prefix";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DATABASE = 999_999;

    private final List<Block> blocks;
    private final Imported imported;

    Caches(List<Block> blocks, Imported imported) {
        this.blocks = blocks;
        this.imported = imported;
    }

    static boolean isCache(Block block) {
        return Block.normalized(block.path()).contains("redis")
                && block.has("host", "addr", "addrs");
    }

    /**
     * Sets the properties of Redis and notes what each key became.
     *
     * @throws Refused if the blocks name several servers or databases
     */
    void convert() {
        Block first = null;
        for (Block block : blocks) {
            String uri = uri(block);
            if (first == null) {
                first = block;
                imported.set(URI, uri);
                imported.set(PREFIX, SHADOW_PREFIX);
                if (password(block).isPresent()) {
                    block.text("user", "username").ifPresent(user -> imported.set(USER, user));
                }
            } else if (!uri.equals(imported.property(URI))) {
                throw new Refused(
                        "%s and %s are different, and the job writes to one Redis: leave one out with --skip"
                                .formatted(first.path(), block.path()));
            }
            note(block, first);
        }
        if (first != null) {
            imported.became(
                    first.path(),
                    PREFIX,
                    "the old writer would add to the job's klines under the same keys. Remove the"
                            + " prefix at the cut, see docs/switching.md");
        }
    }

    private static String uri(Block block) {
        List<String> nodes = nodes(block);
        String type = block.text("type").orElse("node");
        boolean tls = isTrue(block, "tls");
        int database =
                block.number("db", MAX_DATABASE)
                        .or(() -> block.number("database", MAX_DATABASE))
                        .orElse(0);
        String scheme = tls ? "rediss" : "redis";
        String uri =
                switch (type) {
                    case "node" ->
                            scheme
                                    + "://"
                                    + String.join(",", nodes)
                                    + (database == 0 ? "" : "/" + database);
                    case "cluster" -> scheme + "-cluster://" + String.join(",", nodes);
                    case "sentinel" ->
                            scheme
                                    + "-sentinel://"
                                    + String.join(",", nodes)
                                    + "/"
                                    + block.text("mastername").orElse("");
                    default ->
                            throw new Refused(
                                    block.pathOf("type") + " is neither node nor cluster");
                };
        if (!type.equals("node") && database != 0) {
            throw new Refused(
                    "%s has a number of a database, but only a single server has several"
                            .formatted(block.path()));
        }
        try {
            RedisUri.parse(uri);
        } catch (IllegalArgumentException e) {
            throw new Refused(block.path() + " makes no address of Redis: " + e.getMessage());
        }
        return uri;
    }

    private static List<String> nodes(Block block) {
        List<String> nodes = new ArrayList<>();
        Optional<Integer> port = block.number("port", MAX_PORT);
        for (String node : block.list("host", "addr", "addrs")) {
            if (node.contains("@")) {
                throw new Refused(block.path() + " has an address that is not host:port");
            }
            nodes.add(
                    port.isPresent() && !node.matches(".*:\\d+") ? node + ":" + port.get() : node);
        }
        if (nodes.isEmpty()) {
            throw new Refused(block.path() + " has no address");
        }
        return nodes;
    }

    private static boolean isTrue(Block block, String key) {
        return block.text(key)
                .map(
                        text -> {
                            if (!text.equals("true") && !text.equals("false")) {
                                throw new Refused(block.pathOf(key) + " is neither true nor false");
                            }
                            return text.equals("true");
                        })
                .orElse(false);
    }

    private void note(Block block, Block first) {
        for (String key : block.values().keySet()) {
            if (!KEYS.contains(key)) {
                continue;
            }
            String path = block.pathOf(key);
            switch (key) {
                case "host", "addr", "addrs", "port", "type", "mastername" ->
                        imported.became(path, URI, "");
                case "db", "database" ->
                        imported.became(
                                path, URI, "the number behind the slash; 0 if none is there");
                case "tls" ->
                        imported.became(
                                path,
                                URI,
                                isTrue(block, key)
                                        ? "unlike go-zero the job checks the server's certificate,"
                                                + " and Java has to trust its authority"
                                        : "no TLS");
                case "user", "username" -> noteUser(block, path);
                case "pass", "password" -> notePassword(block, path, key, first);
                case "key" ->
                        imported.none(
                                path, "the key of go-zero's rpc authentication, not of klines");
                case "weight" -> imported.none(path, "go-zero's own sharding of caches");
                default ->
                        imported.none(
                                path,
                                "the job starts without Redis, and fills it when it is reachable");
            }
        }
    }

    private void noteUser(Block block, String path) {
        if (block.text("user", "username").isEmpty()) {
            imported.none(path, "it is empty: the default user");
        } else if (password(block).isEmpty()) {
            imported.none(path, "a user without a password cannot log in");
        } else if (!block.text("user", "username")
                .equals(Optional.ofNullable(imported.property(USER)))) {
            imported.none(path, "the job logs in as one user");
        } else {
            imported.became(path, USER, "");
        }
    }

    private void notePassword(Block block, String path, String key, Block first) {
        Optional<String> password = block.secret(key);
        if (password.isEmpty()) {
            imported.none(path, "it is empty: no password");
        } else if (block == first) {
            imported.setSecret(path, PASSWORD, password.get());
        } else if (password.equals(password(first))) {
            imported.became(path, PASSWORD, "");
        } else {
            imported.none(path, "another password than that of " + first.path());
        }
    }

    private static Optional<String> password(Block block) {
        return block.secret("pass").or(() -> block.secret("password"));
    }
}
