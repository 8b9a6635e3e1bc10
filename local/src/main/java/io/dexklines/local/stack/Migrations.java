package io.dexklines.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Applies files {@code V1__tables.sql}, {@code V2__….sql} …, each once and in the order of their
 * versions. The table {@code schema_version} records what has been applied.
 */
final class Migrations {

    private static final Pattern NAME = Pattern.compile("V(\\d+)__.+\\.sql");

    private Migrations() {}

    /**
     * Returns the migrations in a folder by version. Ignores other files.
     *
     * @throws IllegalArgumentException if two have the same version
     */
    static SortedMap<Integer, Path> in(Path folder) throws IOException {
        SortedMap<Integer, Path> migrations = new TreeMap<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches()
                        && migrations.put(Integer.valueOf(name.group(1)), path) != null) {
                    throw new IllegalArgumentException(
                            "two migrations have version " + name.group(1));
                }
            }
        }
        return migrations;
    }

    /**
     * Applies the migrations that have not been applied.
     *
     * @param connection one that accepts several statements at once ({@code allowMultiQueries})
     * @throws SQLException if a migration fails; the message names its file
     */
    static void apply(SortedMap<Integer, Path> migrations, Connection connection)
            throws SQLException, IOException {
        Set<Integer> applied = applied(connection);
        for (Map.Entry<Integer, Path> migration : migrations.entrySet()) {
            if (applied.contains(migration.getKey())) {
                continue;
            }
            String file = migration.getValue().getFileName().toString();
            try {
                run(connection, Files.readString(migration.getValue()));
            } catch (SQLException e) {
                throw new SQLException(file + ": " + e.getMessage(), e);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO schema_version (version, file) VALUES (?, ?)")) {
                insert.setInt(1, migration.getKey());
                insert.setString(2, file);
                insert.executeUpdate();
            }
        }
    }

    private static void run(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
            // the error of a later statement appears when its result is requested
            while (statement.getMoreResults() || statement.getUpdateCount() != -1) {}
        }
    }

    private static Set<Integer> applied(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE IF NOT EXISTS schema_version (
                        version    INT          NOT NULL PRIMARY KEY,
                        file       VARCHAR(255) NOT NULL,
                        applied_at TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP
                    )
                    """);
            Set<Integer> versions = new HashSet<>();
            try (ResultSet rows = statement.executeQuery("SELECT version FROM schema_version")) {
                while (rows.next()) {
                    versions.add(rows.getInt(1));
                }
            }
            return versions;
        }
    }
}
