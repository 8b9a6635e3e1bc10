package io.dexklines.job.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.internal.TableEnvironmentInternal;
import org.apache.flink.table.operations.Operation;
import org.apache.flink.table.operations.command.SetOperation;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * A session that runs scripts as Flink's SQL client does: it splits them at semicolons at the end
 * of a line, and it knows {@code SET}.
 */
final class SqlSession {

    private final TableEnvironment tables;

    SqlSession(Configuration configuration) {
        tables =
                TableEnvironment.create(
                        EnvironmentSettings.newInstance()
                                .inStreamingMode()
                                .withConfiguration(configuration)
                                .build());
    }

    /** Runs the statements of a file. Returns what {@link #run(String)} returns. */
    List<Row> run(Path script) throws IOException {
        return run(Files.readString(script));
    }

    /**
     * Runs one or more statements. Returns the final rows of the last one; empty if not a query.
     */
    List<Row> run(String script) throws IOException {
        List<Row> rows = List.of();
        for (String statement : statements(script)) {
            rows = execute(statement);
        }
        return rows;
    }

    static List<String> statements(String script) throws IOException {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : script.lines().toList()) {
            statement.append(line).append('\n');
            if (line.stripTrailing().endsWith(";")) {
                String text = statement.toString().strip();
                statements.add(text.substring(0, text.length() - 1));
                statement.setLength(0);
            }
        }
        if (!statement.toString().isBlank()) {
            throw new IOException("no semicolon at the end of: " + statement);
        }
        return statements;
    }

    private List<Row> execute(String statement) {
        Operation operation =
                ((TableEnvironmentInternal) tables).getParser().parse(statement).get(0);
        if (operation instanceof SetOperation set) {
            tables.getConfig().set(set.getKey().orElseThrow(), set.getValue().orElseThrow());
            return List.of();
        }
        TableResult result = tables.executeSql(statement);
        List<Row> rows = new ArrayList<>();
        // reads to the end, when the job has finished too
        result.collect().forEachRemaining(change -> apply(change, rows));
        return rows;
    }

    private static void apply(Row change, List<Row> rows) {
        RowKind kind = change.getKind();
        change.setKind(RowKind.INSERT);
        if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
            rows.add(change);
        } else {
            rows.remove(change);
        }
    }
}
