package io.dexklines.local.goconfig;

import java.util.Map;
import java.util.Optional;

/** Why keys that are not of a consumer, a database or a cache have no counterpart in the job. */
final class OtherKeys {

    private static final String RPC = "an address of the Go service or of one that it calls";
    private static final String LOGS =
            "the cluster's: log4j-console.properties of Flink, and docs/monitoring.md";

    private static final Map<String, String> REASONS =
            Map.ofEntries(
                    Map.entry("name", "the name of the Go service"),
                    Map.entry("mode", "the environment of the Go service"),
                    Map.entry("listenon", RPC),
                    Map.entry("host", RPC),
                    Map.entry("port", RPC),
                    Map.entry("etcd", RPC),
                    Map.entry("endpoints", RPC),
                    Map.entry("target", RPC),
                    Map.entry("timeout", RPC),
                    Map.entry("auth", RPC),
                    Map.entry("strictcontrol", RPC),
                    Map.entry("health", RPC),
                    Map.entry("middlewares", RPC),
                    Map.entry("cputhreshold", RPC),
                    Map.entry("maxconns", RPC),
                    Map.entry("log", LOGS),
                    Map.entry("metricsurl", LOGS),
                    Map.entry("prometheus", LOGS),
                    Map.entry("telemetry", LOGS),
                    Map.entry("devserver", LOGS),
                    Map.entry("shutdown", "Flink's: `flink stop` takes a savepoint"),
                    Map.entry(
                            "cache",
                            "go-zero's cache of rows; the job reads no rows, and nothing needs"
                                    + " one"));

    private OtherKeys() {}

    /**
     * Returns why a key has no counterpart; empty if it is not known.
     *
     * @param key normalized, see {@link Block#normalized}
     */
    static Optional<String> reason(String key) {
        return key.endsWith("rpc") || key.endsWith("rpcconf")
                ? Optional.of(RPC)
                : Optional.ofNullable(REASONS.get(key));
    }
}
