package io.dexklines.architecture.violations.sql;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A table function that depends on the streaming API. */
public final class StartsAJob {

    private StreamExecutionEnvironment environment;

    public StreamExecutionEnvironment environment() {
        return environment;
    }
}
