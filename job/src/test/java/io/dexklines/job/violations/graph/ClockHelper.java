package io.dexklines.job.violations.graph;

import java.sql.Connection;

/** Reads the time and the environment, knows a database, and is named after no purpose. */
public final class ClockHelper {

    private Connection connection;

    public long now() {
        return System.currentTimeMillis();
    }

    public String variable() {
        return System.getenv("KLINES");
    }

    public Connection connection() {
        return connection;
    }
}
