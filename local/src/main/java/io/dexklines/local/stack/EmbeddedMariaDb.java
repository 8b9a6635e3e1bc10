package io.dexklines.local.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A MariaDB server with one database and two users: one may do everything in it and nothing
 * outside, the other may read it. Rows survive {@link #kill} and {@link #restart}.
 */
public final class EmbeddedMariaDb extends EmbeddedServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(240);
    private static final String DATABASE = "klines";
    private static final String USER = "klines";
    private static final String READER = "relay";

    private final Path folder;
    private final int port;
    private final String password;
    private final String readerPassword;
    private final MariaDbBinaries binaries;

    private EmbeddedMariaDb(Path folder, int port) {
        this.folder = folder.toAbsolutePath();
        this.port = port;
        this.password = Secrets.in(passwordFile());
        this.readerPassword = Secrets.in(readerPasswordFile());
        this.binaries = MariaDbBinaries.prepare();
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param folder for data, log and password; data that is there is used again
     * @param port 0 for any that is free
     */
    public static EmbeddedMariaDb start(Path folder, int port) {
        EmbeddedMariaDb mariaDb = new EmbeddedMariaDb(folder, Ports.orFree(port));
        mariaDb.start();
        return mariaDb;
    }

    /** The address for MySQL's driver, database included. */
    public String jdbcUrl() {
        return "jdbc:mysql://" + Ports.HOST + ":" + port + "/" + DATABASE;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /** A file with the password in it and nothing else, which only its owner may read. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    /** The user who may only read. */
    public String reader() {
        return READER;
    }

    /** As {@link #passwordFile}, for the user who may only read. */
    public Path readerPasswordFile() {
        return folder.resolve("reader-password");
    }

    /** A line for a shell that opens a prompt in the database; the password stands in it. */
    public String commandLine() {
        return "%s --skip-ssl -h%s -P%d -u%s -p%s %s"
                .formatted(binaries.client(), Ports.HOST, port, USER, password, DATABASE);
    }

    /** A new connection, in the caller's hands. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), USER, password);
    }

    /**
     * Brings the tables up to date.
     *
     * @param migrations a folder with files {@code V1__….sql}, {@code V2__….sql} …
     */
    public void migrate(Path migrations) {
        try (Connection connection =
                DriverManager.getConnection(
                        jdbcUrl() + "?allowMultiQueries=true", USER, password)) {
            Migrations.in(migrations).apply(connection);
        } catch (SQLException e) {
            throw new StartException("cannot connect to " + jdbcUrl(), e);
        }
    }

    @Override
    void start() {
        Path data = folder.resolve("data");
        // before its files are touched
        RecordedProcess.kill(folder.resolve("mariadb.pid"));
        if (!Files.exists(data)) {
            Folders.copy(binaries.emptyData(), data);
        }
        Secrets.writePrivate(folder.resolve("init.sql"), initialStatements());
        ServerProcess process = runs(command(data).start());
        try {
            Readiness.await(
                    "mariadb",
                    List.of(process),
                    START_TIMEOUT,
                    () -> {
                        try (Connection connection = connect()) {
                            return connection.isValid(1);
                        }
                    });
        } catch (StartException e) {
            process.kill();
            throw e;
        }
    }

    private ServerProcess.Command command(Path data) {
        ServerProcess.Command command =
                new ServerProcess.Command("mariadb", folder)
                        .environment("LD_LIBRARY_PATH", binaries.libraries().toString())
                        .word(binaries.server().toString(), "--no-defaults")
                        .word("--basedir=" + binaries.folder())
                        .word("--datadir=" + data)
                        .word("--tmpdir=" + data)
                        // relative to the data: the path of a socket may not be long
                        .word("--socket=mariadb.sock")
                        .word("--bind-address=" + Ports.HOST)
                        .word("--port=" + port)
                        .word("--skip-name-resolve")
                        // it would make itself a key of 4096 bits at every start, for 15 s
                        .word("--skip-ssl")
                        .word("--init-file=" + folder.resolve("init.sql"))
                        .word("--max-allowed-packet=64M")
                        .word("--innodb-log-file-size=64M");
        if ("root".equals(System.getProperty("user.name"))) {
            command.word("--user=root");
        }
        return command;
    }

    /** Run at every start, before anyone can connect. */
    private String initialStatements() {
        return """
        CREATE DATABASE IF NOT EXISTS %1$s CHARACTER SET utf8mb4;
        CREATE USER IF NOT EXISTS '%2$s'@'%4$s';
        ALTER USER '%2$s'@'%4$s' IDENTIFIED BY '%3$s';
        GRANT ALL ON %1$s.* TO '%2$s'@'%4$s';
        CREATE USER IF NOT EXISTS '%5$s'@'%4$s';
        ALTER USER '%5$s'@'%4$s' IDENTIFIED BY '%6$s';
        GRANT SELECT ON %1$s.* TO '%5$s'@'%4$s';
        DELETE FROM mysql.global_priv WHERE user = '' OR (user = 'root' AND host <> 'localhost');
        ALTER USER 'root'@'localhost' IDENTIFIED BY '%3$s';
        FLUSH PRIVILEGES;
        """
                .formatted(DATABASE, USER, password, Ports.HOST, READER, readerPassword);
    }
}
