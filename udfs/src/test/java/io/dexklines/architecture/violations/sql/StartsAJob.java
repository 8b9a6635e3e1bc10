package io.dexklines.architecture.violations.sql;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** An adapter for tables that is more than one. */
public final class StartsAJob {

    private StreamExecutionEnvironment environment;

    public StreamExecutionEnvironment environment() {
        return environment;
    }
}
