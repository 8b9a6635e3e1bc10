package io.dexklines.bench;

import io.dexklines.local.stack.ProjectHome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.GlobalConfiguration;

/** The configuration of Flink that is shipped, {@code flink-conf/config.yaml}. */
final class ShippedFlink {

    /** The beginnings of the keys that do not depend on the machine. */
    private static final List<String> SHIPPED =
            List.of(
                    "execution.checkpointing.interval",
                    "execution.checkpointing.min-pause",
                    "execution.checkpointing.timeout",
                    "execution.checkpointing.incremental",
                    "state.backend.",
                    "restart-strategy.",
                    "heartbeat.",
                    "resourcemanager.",
                    "taskmanager.network.");

    private ShippedFlink() {}

    /** Returns the keys that do not depend on the machine. */
    static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        GlobalConfiguration.loadConfiguration(
                        ProjectHome.find().folder().resolve("flink-conf").toString())
                .toMap()
                .forEach(
                        (key, value) -> {
                            if (SHIPPED.stream().anyMatch(key::startsWith)) {
                                keys.put(key, value);
                            }
                        });
        return keys;
    }
}
