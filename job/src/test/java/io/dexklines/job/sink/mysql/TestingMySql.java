package io.dexklines.job.sink.mysql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;

/**
 * A fake of the table {@code kline} in memory. It supports the upsert, transactions of one
 * connection at a time, and the errors that the writer handles; see {@link MySqlWriterContract}.
 */
final class TestingMySql implements MySqlWriterContract.Database {

    private static final int COLUMNS = Tables.KLINE.columns().size();
    private static final int LONGEST_ADDRESS = 128;

    private static final int CHAIN = 0;
    private static final int ADDRESS = 1;
    private static final int INTERVAL = 2;
    private static final int OPEN_TIME = 3;
    private static final int HIGH = 5;
    private static final int TRADES = 16;
    private static final int CLOSED = 22;

    private Map<String, Object[]> committed = new TreeMap<>();
    private Map<String, Long> writes = new TreeMap<>();
    private boolean away;
    private boolean readOnly;
    private boolean locked;

    /** The number of cuts. A connection that was opened before the last one is broken. */
    private int cuts;

    @Override
    public JdbcConnectionProvider connections() {
        return new TestingConnections(this::open);
    }

    synchronized Connection open() throws SQLException {
        if (away) {
            throw new SQLException("connection refused", "08S01");
        }
        return as(Connection.class, new OpenConnection(cuts));
    }

    @Override
    public synchronized List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (Object[] row : committed.values()) {
            rows.add(
                    row[CHAIN]
                            + " "
                            + ((Long) row[OPEN_TIME] - 1_788_220_800L) / 60
                            + " "
                            + row[TRADES]
                            + ((Boolean) row[CLOSED] ? " 1 " : " 0 ")
                            + row[HIGH]);
        }
        return rows;
    }

    @Override
    public synchronized void killConnections() {
        cuts++;
    }

    @Override
    public synchronized void readOnly(boolean on) {
        readOnly = on;
    }

    @Override
    public synchronized void stop() {
        cuts++;
        away = true;
    }

    @Override
    public synchronized void start() {
        away = false;
    }

    @Override
    public synchronized void lockRows() {
        locked = true;
    }

    @Override
    public synchronized void unlockRows() {
        locked = false;
    }

    @Override
    public synchronized void setBack() {
        committed.clear();
        writes.replaceAll((writer, count) -> count - 1);
    }

    private static <T> T as(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static UnsupportedOperationException unknown(Method method) {
        return new UnsupportedOperationException(method.toString());
    }

    /** The part of a connection that the writer uses. */
    private final class OpenConnection implements InvocationHandler {

        private final int cutsBefore;
        private final Map<String, Long> uncommittedWrites = new TreeMap<>();
        private Map<String, Object[]> uncommitted;

        OpenConnection(int cutsBefore) {
            this.cutsBefore = cutsBefore;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
            synchronized (TestingMySql.this) {
                switch (method.getName()) {
                    case "prepareStatement":
                        return as(
                                PreparedStatement.class,
                                ((String) arguments[0]).contains("sink_progress")
                                        ? new ProgressStatement(this)
                                        : new Upsert(this));
                    case "commit":
                        alive();
                        writes.putAll(uncommittedWrites);
                        uncommittedWrites.clear();
                        committed = uncommitted == null ? committed : uncommitted;
                        uncommitted = null;
                        return null;
                    case "rollback":
                        alive();
                        uncommitted = null;
                        return null;
                    case "close":
                    case "abort":
                        uncommitted = null;
                        return null;
                    default:
                        throw unknown(method);
                }
            }
        }

        void alive() throws SQLException {
            if (away || cutsBefore != cuts) {
                throw new SQLException("communications link failure", "08S01");
            }
        }

        int upsert(List<Object> parameters) throws SQLException {
            alive();
            if (readOnly) {
                throw new SQLException("running with --read-only", "HY000", 1290);
            }
            if (locked) {
                throw new SQLException("lock wait timeout exceeded", "HY000", 1205);
            }
            if (uncommitted == null) {
                uncommitted = new TreeMap<>(committed);
            }
            for (int from = 0; from < parameters.size(); from += COLUMNS) {
                put(parameters.subList(from, from + COLUMNS).toArray());
            }
            return parameters.size() / COLUMNS;
        }

        private void put(Object[] row) throws SQLException {
            if (((String) row[ADDRESS]).length() > LONGEST_ADDRESS) {
                throw new SQLException("data too long for column", "22001", 1406);
            }
            String key =
                    "%s %s %s %020d"
                            .formatted(row[CHAIN], row[ADDRESS], row[INTERVAL], row[OPEN_TIME]);
            Object[] held = uncommitted.get(key);
            if (held == null || !isOlder(row, held)) {
                uncommitted.put(key, row);
            }
        }

        private boolean isOlder(Object[] row, Object[] held) {
            int newer = Long.compare((Long) row[TRADES], (Long) held[TRADES]);
            return newer < 0 || (newer == 0 && (Boolean) held[CLOSED] && !(Boolean) row[CLOSED]);
        }
    }

    /** Either statement of {@link SinkProgress}. */
    private final class ProgressStatement implements InvocationHandler {

        private static final int WRITER = 1;
        private static final int WRITES = 4;

        private final OpenConnection connection;
        private final Map<Integer, Object> parameters = new TreeMap<>();

        ProgressStatement(OpenConnection connection) {
            this.connection = connection;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
            synchronized (TestingMySql.this) {
                switch (method.getName()) {
                    case "setString":
                    case "setLong":
                        parameters.put((Integer) arguments[0], arguments[1]);
                        return null;
                    case "executeQuery":
                        connection.alive();
                        Long count = writes.get((String) parameters.get(WRITER));
                        return as(ResultSet.class, new OneNumber(count));
                    case "executeUpdate":
                        connection.alive();
                        connection.uncommittedWrites.put(
                                (String) parameters.get(WRITER), (Long) parameters.get(WRITES));
                        return 1;
                    default:
                        throw unknown(method);
                }
            }
        }
    }

    /** A result of one row with one number, or of no row. */
    private record OneNumber(Long number) implements InvocationHandler {

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "next" -> number != null;
                case "getLong" -> number;
                case "close" -> null;
                default -> throw unknown(method);
            };
        }
    }

    /** A prepared upsert of rows. Its parameters stand row by row. */
    private final class Upsert implements InvocationHandler {

        private final OpenConnection connection;
        private final Map<Integer, Object> parameters = new TreeMap<>();

        Upsert(OpenConnection connection) {
            this.connection = connection;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
            synchronized (TestingMySql.this) {
                switch (method.getName()) {
                    case "setString":
                    case "setLong":
                    case "setDouble":
                    case "setBoolean":
                        parameters.put((Integer) arguments[0], arguments[1]);
                        return null;
                    case "executeUpdate":
                        return connection.upsert(List.copyOf(parameters.values()));
                    default:
                        throw unknown(method);
                }
            }
        }
    }
}
