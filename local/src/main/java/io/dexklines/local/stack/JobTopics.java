package io.dexklines.local.stack;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics that the job reads and writes. */
public final class JobTopics {

    private static final int TRADE_PARTITIONS = 4;
    private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");

    private JobTopics() {}

    /** Returns the topics, with as many replicas as the brokers give a topic. */
    public static List<NewTopic> all() {
        return List.of(
                topic("sol-trades", TRADE_PARTITIONS),
                topic("bsc-trades", TRADE_PARTITIONS),
                topic("evm-trades-v4", TRADE_PARTITIONS),
                topic("trades-excluded", 1),
                topic("klines-refused", 1),
                topic("lists-refused", 1),
                topic("smart-money-wallets", 1).configs(COMPACTED),
                topic("smart-money-follows", 1).configs(COMPACTED),
                topic("smart-money-notifications", 1),
                topic("smart-money-clusters", 1));
    }

    /** Returns the number of partitions of all topics. */
    static int partitions() {
        return all().stream().mapToInt(NewTopic::numPartitions).sum();
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty());
    }
}
