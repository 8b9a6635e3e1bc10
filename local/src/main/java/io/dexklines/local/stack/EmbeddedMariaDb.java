package io.dexklines.local.stack;

import io.dexklines.schema.Database;
import io.dexklines.schema.SchemaException;
import io.dexklines.schema.SchemaMigration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A MariaDB server with one database and a user for each task, with the rights that the task needs.
 * Rows survive {@link #kill} and {@link #restart}.
 */
public final class EmbeddedMariaDb extends EmbeddedServer {

    private static final String DATABASE = "klines";
    private static final String USER = "klines";
    private static final String READER = "relay";

    private static final String MIGRATOR = "migrator";
    private static final String VERIFIER = "verify";

    private final MariaDbBinaries binaries;

    private EmbeddedMariaDb(Path folder, int port) {
        super("mariadb", folder, port, Duration.ofSeconds(240));
        this.binaries = MariaDbBinaries.prepare();
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder the folder for data, logs and passwords; existing data is reused
     * @param port 0 for any free port
     */
    public static EmbeddedMariaDb start(Path folder, int port) {
        EmbeddedMariaDb mariaDb = new EmbeddedMariaDb(folder, port);
        mariaDb.start();
        return mariaDb;
    }

    /**
     * Starts servers that share the rows, and waits until all answer. A user has the same password
     * on all of them.
     *
     * @param folder the folder for those of the servers, {@code mariadb-0}, …
     */
    public static List<EmbeddedMariaDb> startShards(Path folder, int number) {
        List<EmbeddedMariaDb> servers =
                IntStream.range(0, number)
                        .mapToObj(
                                index -> new EmbeddedMariaDb(folder.resolve("mariadb-" + index), 0))
                        .toList();
        EmbeddedMariaDb first = servers.get(0);
        try {
            for (EmbeddedMariaDb server : servers.subList(1, number)) {
                for (Login user :
                        List.of(first.migrator(), first.job(), first.relay(), first.verifier())) {
                    user.copyTo(server.folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAll(servers);
        return servers;
    }

    /** Returns the folder of the rows. */
    public Path data() {
        return folder.resolve("data");
    }

    /** Returns the JDBC URL for MySQL's driver, including the database. */
    public String jdbcUrl() {
        return "jdbc:mysql://" + Ports.HOST + ":" + port + "/" + DATABASE;
    }

    /** Returns the job's user, who can read and write rows, but not delete any. */
    public Login job() {
        return Login.in(folder, USER);
    }

    /** Returns the relay's user, who can only read. */
    public Login relay() {
        return Login.in(folder, READER);
    }

    /** Returns the user of {@code klines verify} and of people, who can only read. */
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

    /** Returns the user who can change tables. */
    public Login migrator() {
        return migrator(folder);
    }

    /**
     * Returns the user who can change the tables of a server of any process.
     *
     * @param folder the folder of that server
     */
    public static Login migrator(Path folder) {
        return Login.in(folder, MIGRATOR);
    }

    /** Returns a shell command that opens a prompt in the database, for reading. */
    public String commandLine() {
        return "%s --defaults-file=%s".formatted(binaries.client(), clientFile());
    }

    private Path clientFile() {
        return folder.resolve("client.cnf");
    }

    /** Opens a connection of the user who can change tables, which the caller closes. */
    public Connection connect() throws SQLException {
        return connect(migrator());
    }

    /** Opens a connection of a user, which the caller closes. */
    public Connection connect(Login login) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), login.user(), login.password());
    }

    /**
     * Creates the tables or brings them to the newest version, as {@code klines migrate} does.
     *
     * @throws StackException if that fails
     */
    public void migrate() {
        try {
            SchemaMigration.now()
                    .run(new Database(jdbcUrl(), migrator().user(), migrator().password()));
        } catch (SchemaException e) {
            throw new StackException("cannot migrate " + e.getMessage(), e);
        }
    }

    @Override
    boolean answers() throws SQLException {
        try (Connection connection = connect()) {
            return connection.isValid(1);
        }
    }

    @Override
    ServerProcess.Command command(String name) throws IOException {
        Path data = data();
        // no former process may use the files while they are prepared
        RecordedProcess.kill(folder.resolve(name + ".pid"));
        if (!Files.exists(data)) {
            StackFiles.copyFolder(binaries.emptyData(), data);
        }
        StackFiles.writePrivate(folder.resolve("init.sql"), initialStatements());
        StackFiles.writePrivate(clientFile(), clientOptions());
        ServerProcess.Command command =
                new ServerProcess.Command(name, folder)
                        .environment("LD_LIBRARY_PATH", binaries.libraries().toString())
                        .word(binaries.server().toString(), "--no-defaults")
                        .word("--basedir=" + binaries.folder())
                        .word("--datadir=" + data)
                        .word("--tmpdir=" + data)
                        // relative to the data folder, since the length of a socket path is limited
                        .word("--socket=mariadb.sock")
                        .word("--bind-address=" + Ports.HOST)
                        .word("--port=" + port)
                        .word("--skip-name-resolve")
                        // with TLS, it would spend 15 s of every start on generating a key
                        .word("--skip-ssl")
                        .word("--init-file=" + folder.resolve("init.sql"))
                        .word("--max-allowed-packet=64M")
                        .word("--innodb-log-file-size=64M");
        if ("root".equals(System.getProperty("user.name"))) {
            command.word("--user=root");
        }
        return command;
    }

    /** Returns the statements that run at every start before the first connection. */
    private String initialStatements() {
        return """
        CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;
        DROP DATABASE IF EXISTS test;
        DELETE FROM mysql.db WHERE db LIKE 'test%%';
        DELETE FROM mysql.global_priv WHERE user = '' OR (user = 'root' AND host <> 'localhost');
        FLUSH PRIVILEGES;
        ALTER USER 'root'@'localhost' IDENTIFIED BY '%2$s';
        """
                        .formatted(DATABASE, Login.in(folder, "root").password())
                + user(migrator(), "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX")
                + user(job(), "SELECT, INSERT, UPDATE")
                + user(relay(), "SELECT")
                + user(verifier(), "SELECT")
                + rightsOnViews(migrator(), "ALL PRIVILEGES")
                + rightsOnViews(verifier(), "SELECT, SHOW VIEW");
    }

    /**
     * Returns the statement that gives a user these rights on databases for compatibility views.
     */
    private static String rightsOnViews(Login login, String rights) {
        return "GRANT %s ON `%s\\_%%`.* TO '%s'@'%s';\n"
                .formatted(rights, DATABASE, login.user(), Ports.HOST);
    }

    /** Returns the statements that give a user these rights on the database and no other. */
    private static String user(Login login, String rights) {
        return """
        CREATE USER IF NOT EXISTS '%1$s'@'%2$s';
        ALTER USER '%1$s'@'%2$s' IDENTIFIED BY '%3$s';
        REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%1$s'@'%2$s';
        GRANT %4$s ON %5$s.* TO '%1$s'@'%2$s';
        """
                .formatted(login.user(), Ports.HOST, login.password(), rights, DATABASE);
    }

    /** Returns the options of the command-line client. */
    private String clientOptions() {
        return """
        [client]
        host=%s
        port=%d
        user=%s
        password=%s
        skip-ssl

        [mariadb-client]
        database=%s
        """
                .formatted(Ports.HOST, port, verifier().user(), verifier().password(), DATABASE);
    }
}
