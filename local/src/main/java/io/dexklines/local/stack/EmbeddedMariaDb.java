package io.dexklines.local.stack;

import io.dexklines.schema.Database;
import io.dexklines.schema.SchemaException;
import io.dexklines.schema.SchemaMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A MariaDB server with one database and two users, one with all privileges on it and one that can
 * only read. Rows survive {@link #kill} and {@link #restart}.
 */
public final class EmbeddedMariaDb extends EmbeddedServer {

    private static final String DATABASE = "klines";
    private static final String USER = "klines";
    private static final String READER = "relay";

    private final String password;
    private final String readerPassword;
    private final MariaDbBinaries binaries;

    private EmbeddedMariaDb(Path folder, int port) {
        super("mariadb", folder, port, Duration.ofSeconds(240));
        this.password = StackFiles.secret(passwordFile());
        this.readerPassword = StackFiles.secret(readerPasswordFile());
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

    /** Returns the JDBC URL for MySQL's driver, including the database. */
    public String jdbcUrl() {
        return "jdbc:mysql://" + Ports.HOST + ":" + port + "/" + DATABASE;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /** Returns the private file that contains the password. */
    public Path passwordFile() {
        return folder.resolve("password");
    }

    /** Returns the name of the user that can only read. */
    public String reader() {
        return READER;
    }

    /** Returns the private file that contains the password of the user that can only read. */
    public Path readerPasswordFile() {
        return folder.resolve("reader-password");
    }

    /** Returns a shell command, including the password, that opens a prompt in the database. */
    public String commandLine() {
        return "%s --skip-ssl -h%s -P%d -u%s -p%s %s"
                .formatted(binaries.client(), Ports.HOST, port, USER, password, DATABASE);
    }

    /** Opens a connection, which the caller closes. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), USER, password);
    }

    /**
     * Creates the tables or brings them to the newest version, as {@code klines migrate} does.
     *
     * @throws StackException if that fails
     */
    public void migrate() {
        try {
            SchemaMigration.now().run(new Database(jdbcUrl(), USER, password));
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
        Path data = folder.resolve("data");
        // no former process may use the files while they are prepared
        RecordedProcess.kill(folder.resolve(name + ".pid"));
        if (!Files.exists(data)) {
            StackFiles.copyFolder(binaries.emptyData(), data);
        }
        StackFiles.writePrivate(folder.resolve("init.sql"), initialStatements());
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
