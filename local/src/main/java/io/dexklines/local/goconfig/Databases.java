package io.dexklines.local.goconfig;

import io.dexklines.local.goconfig.YamlValue.Text;
import io.dexklines.text.JdbcUrls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The blocks of MySQL, as an address of Go's driver ({@code DataSource}) or as single keys ({@code
 * Path}, {@code Port}, {@code Dbname}, …).
 */
final class Databases {

    /** The keys of a block, normalized. */
    static final Set<String> KEYS =
            Set.of(
                    "datasource",
                    "dsn",
                    "path",
                    "host",
                    "addr",
                    "port",
                    "dbname",
                    "database",
                    "username",
                    "user",
                    "password",
                    "pass",
                    "config",
                    "maxidleconns",
                    "maxopenconns",
                    "connmaxlifetime",
                    "logmode",
                    "logzap",
                    "slowthreshold");

    /** The keys that an address of Go's driver replaces. */
    private static final Set<String> SINGLE_KEYS =
            Set.of(
                    "path",
                    "host",
                    "addr",
                    "port",
                    "dbname",
                    "database",
                    "username",
                    "user",
                    "password",
                    "pass",
                    "config");

    private static final String URL = "mysql.url";
    private static final String USER = "mysql.username";
    private static final String PASSWORD = "mysql.password";

    private static final String POOL =
            "no pool: one connection for each writing subtask and server, see docs/scaling.md";
    private static final String LOGS = "the cluster's: log4j-console.properties of Flink";
    private static final int MAX_PORT = 65_535;

    private static final Pattern OTHER_SERVER =
            Pattern.compile("postgres|pgsql|clickhouse|mongo", Pattern.CASE_INSENSITIVE);

    private final List<Block> blocks;
    private final Imported imported;

    Databases(List<Block> blocks, Imported imported) {
        this.blocks = blocks;
        this.imported = imported;
    }

    /** A database of the file, without what the job cannot use. */
    private record Database(String url, String user, String password) {}

    static boolean isDatabase(Block block) {
        boolean single = block.has("path", "host", "addr") && block.has("dbname", "database");
        // beside brokers, user and password are Kafka's
        boolean address = block.has("datasource", "dsn") && !block.has("brokers");
        return (single || address) && !OTHER_SERVER.matcher(block.path()).find();
    }

    /** Returns whether a scalar is itself an address of Go's driver. */
    static boolean isDataSource(String key, String text) {
        return (key.equals("datasource") || key.equals("dsn") || key.contains("mysql"))
                && text.contains("/")
                && text.contains("@");
    }

    /** Returns the block of a key whose value is an address of Go's driver. */
    static Block ofScalar(String path, Text address) {
        int dot = path.lastIndexOf('.');
        return new Block(
                dot < 0 ? "" : path.substring(0, dot),
                Map.of("datasource", address),
                Map.of("datasource", path.substring(dot + 1)));
    }

    /**
     * Sets the properties of MySQL and notes what each key became.
     *
     * @throws Refused if the blocks name several databases
     */
    void convert() {
        Map<String, Block> byServer = new LinkedHashMap<>();
        Database first = null;
        for (Block block : blocks) {
            Database database = block.has("datasource", "dsn") ? ofAddress(block) : ofKeys(block);
            check(block, database.url());
            byServer.putIfAbsent(JdbcUrls.server(database.url()), block);
            if (byServer.size() > 1) {
                throw new Refused(
                        "%s and %s are different databases, and the job writes to one: leave one out with --skip"
                                .formatted(anyPath(blocks.get(0)), anyPath(block)));
            }
            if (first == null) {
                first = database;
                imported.set(URL, database.url());
                if (!database.user().isEmpty()) {
                    imported.set(USER, database.user());
                }
            }
            note(block, database, first);
        }
    }

    private static void check(Block block, String url) {
        try {
            JdbcUrls.parse(url);
        } catch (IllegalArgumentException e) {
            // the message may quote the URL, which has no credentials
            throw new Refused(
                    anyPath(block) + " makes no address of a database: " + e.getMessage());
        }
    }

    private Database ofAddress(Block block) {
        String key = block.has("datasource") ? "datasource" : "dsn";
        String path = block.pathOf(key);
        String text =
                block.secret(key)
                        .map(String::strip)
                        .orElseThrow(() -> new Refused(path + " is empty"));
        DataSourceName name = DataSourceName.parse(path, text);
        if (text.replace(":" + name.password() + "@", ":@").contains("${")) {
            throw new Refused(
                    "%s refers to a variable of the service's environment outside the password: replace it first, for instance with envsubst"
                            .formatted(path));
        }
        return new Database(
                url(path, name.address(), name.database(), name.parameters()),
                name.user(),
                name.password());
    }

    private Database ofKeys(Block block) {
        String where = anyPath(block);
        String address =
                block.text("path", "host", "addr")
                        .orElseThrow(() -> new Refused(where + " has no address"));
        Optional<Integer> port = block.number("port", MAX_PORT);
        if (port.isPresent() && !address.matches(".*:\\d+")) {
            address += ":" + port.get();
        }
        Map<String, String> parameters =
                block.text("config")
                        .map(text -> DataSourceName.parameters(block.pathOf("config"), text))
                        .orElse(Map.of());
        String password = block.secret("password").or(() -> block.secret("pass")).orElse("");
        return new Database(
                url(where, address, block.text("dbname", "database").orElse(""), parameters),
                block.text("username", "user").orElse(""),
                password);
    }

    private static String url(
            String where, String address, String database, Map<String, String> parameters) {
        if (!address.matches("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::\\d{1,5})?")) {
            throw new Refused(where + " has no address of the form host:port");
        }
        if (!database.matches("[A-Za-z0-9_$-]{1,64}")) {
            throw new Refused(where + " has no plain name of a database");
        }
        String kept =
                parameters.entrySet().stream()
                        .flatMap(
                                each ->
                                        DriverParameters.of(each.getKey(), each.getValue())
                                                .kept()
                                                .stream())
                        .collect(Collectors.joining("&"));
        return "jdbc:mysql://%s/%s%s"
                .formatted(address, database, kept.isEmpty() ? "" : "?" + kept);
    }

    private void note(Block block, Database database, Database first) {
        for (String key : block.values().keySet()) {
            if (!KEYS.contains(key)) {
                continue;
            }
            String path = block.pathOf(key);
            if (block.has("datasource", "dsn") && SINGLE_KEYS.contains(key)) {
                imported.none(path, "the whole address beside it was taken");
                continue;
            }
            switch (key) {
                case "datasource", "dsn" -> {
                    imported.became(path, URL, urlRemark());
                    noteUser(path, database, first);
                    notePassword(path, database, first);
                    noteParameters(
                            path,
                            DataSourceName.parse(path, block.secret(key).orElseThrow().strip())
                                    .parameters());
                }
                case "path", "host", "addr", "port" -> imported.became(path, URL, "");
                case "dbname", "database" -> imported.became(path, URL, urlRemark());
                case "username", "user" -> noteUser(path, database, first);
                case "password", "pass" -> notePassword(path, database, first);
                case "config" ->
                        noteParameters(
                                path, DataSourceName.parameters(path, block.text(key).orElse("")));
                case "maxidleconns", "maxopenconns", "connmaxlifetime" -> imported.none(path, POOL);
                default -> imported.none(path, LOGS);
            }
        }
    }

    private static String urlRemark() {
        return "`klines migrate` creates the job's tables there; a database of its own is better"
                + " beside the old writer";
    }

    private void noteUser(String path, Database database, Database first) {
        if (database.user().isEmpty()) {
            imported.none(path, "it has no user");
        } else if (database.user().equals(first.user())) {
            imported.became(path, USER, "it needs SELECT, INSERT and UPDATE, see sql/mysql");
        } else {
            imported.none(path, "the job logs in as one user, " + first.user());
        }
    }

    private void notePassword(String path, Database database, Database first) {
        if (database.password().isEmpty()) {
            imported.none(path, "it has no password");
        } else if (!database.user().equals(first.user())) {
            imported.none(path, "the password of another user than " + first.user());
        } else if (imported.property(PASSWORD) == null) {
            imported.setSecret(path, PASSWORD, database.password());
        } else {
            imported.became(path, PASSWORD, "");
        }
    }

    private void noteParameters(String path, Map<String, String> parameters) {
        parameters.forEach(
                (name, value) -> {
                    DriverParameters.Counterpart counterpart = DriverParameters.of(name, value);
                    String where = path + "?" + name;
                    if (counterpart.kept().isPresent()) {
                        imported.became(where, URL, counterpart.why());
                    } else if (counterpart.isKnown()) {
                        imported.none(where, counterpart.why());
                    } else {
                        imported.unknown(where);
                    }
                });
    }

    private static String anyPath(Block block) {
        return block.values().keySet().stream()
                .filter(KEYS::contains)
                .findFirst()
                .map(block::pathOf)
                .orElse(block.path());
    }
}
