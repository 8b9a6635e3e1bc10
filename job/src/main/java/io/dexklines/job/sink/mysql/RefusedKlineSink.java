package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.sink.kafka.TransactionalTopic;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * The topic of the klines that the database refused, written exactly once, see {@link
 * TransactionalTopic}. A kline is there once for every version of it that was refused.
 */
public final class RefusedKlineSink {

    /** In the ids of transactions that a restarted job must find again: never rename. */
    private static final String PURPOSE = "refused";

    /** As well. */
    private static final String PURPOSE_OF_TRADES = "smart-money-refused";

    private RefusedKlineSink() {}

    /**
     * @param kafka how the brokers are reached; the transactional ids begin with its prefix and
     *     {@code -refused}
     * @param topic the topic of refused klines
     */
    public static KafkaSink<RefusedKline> of(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(kafka, topic, PURPOSE, RefusedKlineJson::of);
    }

    /**
     * As {@link #of}, for the trades of listed wallets. A trade is there once for every delivery of
     * it that was refused.
     */
    public static KafkaSink<RefusedSmartMoneyTrade> ofTrades(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka, topic, PURPOSE_OF_TRADES, RefusedSmartMoneyTradeJson::of);
    }
}
