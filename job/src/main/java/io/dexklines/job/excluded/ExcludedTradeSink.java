package io.dexklines.job.excluded;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.kafka.TransactionalTopic;
import io.dexklines.trade.ExcludedTrade;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** The topic of excluded trades, written exactly once, see {@link TransactionalTopic}. */
public final class ExcludedTradeSink {

    /** In the ids of transactions that a restarted job must find again: never rename. */
    private static final String PURPOSE = "excluded";

    private ExcludedTradeSink() {}

    /**
     * @param kafka how the brokers are reached; the transactional ids begin with its prefix and
     *     {@code -excluded}
     * @param topic the topic of excluded trades
     */
    public static KafkaSink<ExcludedTrade> of(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(kafka, topic, PURPOSE, ExcludedTradeJson::of);
    }
}
