package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files {@code V1__tables.sql}, {@code V2__….sql} …, each applied once and in the order of their
 * numbers. The table {@code schema_version} remembers which were.
 *
 * @param files in their order
 */
record Migrations(List<Migration> files) {

    private static final Pattern NAME = Pattern.compile("V(\\d+)__.+\\.sql");

    /** One file and its number. */
    record Migration(int version, Path file) {}

    /**
     * The migrations in that folder; other files in it are none.
     *
     * @throws IllegalArgumentException if two have the same number
     */
    static Migrations in(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            List<Migration> files =
                    paths.map(path -> NAME.matcher(path.getFileName().toString()))
                            .filter(Matcher::matches)
                            .map(
                                    name ->
                                            new Migration(
                                                    Integer.parseInt(name.group(1)),
                                                    folder.resolve(name.group())))
                            .sorted(java.util.Comparator.comparingInt(Migration::version))
                            .toList();
            if (files.stream().map(Migration::version).distinct().count() < files.size()) {
                throw new IllegalArgumentException("two migrations have one number: " + files);
            }
            return new Migrations(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Applies those that were not applied yet.
     *
     * @param connection that takes several statements at once ({@code allowMultiQueries})
     * @throws StartException naming the file that failed
     */
    void apply(Connection connection) throws SQLException {
        Set<Integer> applied = applied(connection);
        for (Migration migration : files) {
            if (applied.contains(migration.version())) {
                continue;
            }
            try {
                run(connection, Files.readString(migration.file()));
            } catch (SQLException | IOException e) {
                throw new StartException(migration.file() + ": " + e.getMessage(), e);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO schema_version (version, file) VALUES (?, ?)")) {
                insert.setInt(1, migration.version());
                insert.setString(2, migration.file().getFileName().toString());
                insert.executeUpdate();
            }
        }
    }

    private static void run(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
            // an error of a later statement shows when its result is asked for
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
