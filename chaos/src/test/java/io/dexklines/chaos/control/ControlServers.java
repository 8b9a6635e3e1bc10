package io.dexklines.chaos.control;

import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The broker and the database of controlled runs, which follow one another. Each run has topics and
 * a consumer group of its own, and finds empty tables.
 */
record ControlServers(EmbeddedKafka kafka, EmbeddedMariaDb database) implements AutoCloseable {

    /** Has the version of the schema, without which no job starts. */
    private static final String SCHEMA_HISTORY = "flyway_schema_history";

    static ControlServers start(Path folder) {
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        EmbeddedMariaDb database = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        database.migrate();
        return new ControlServers(kafka, database);
    }

    /** Deletes all rows. No job may write meanwhile. */
    void emptyTables() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                                    + " DATABASE() AND table_name <> '"
                                    + SCHEMA_HISTORY
                                    + "'")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                statement.executeUpdate("DELETE FROM " + table);
            }
        }
    }

    @Override
    public void close() {
        database.close();
        kafka.close();
    }
}
