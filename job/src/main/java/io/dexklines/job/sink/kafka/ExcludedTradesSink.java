package io.dexklines.job.sink.kafka;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.trade.ExcludedTrade;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Writes every excluded trade to a topic, exactly once; see {@link TransactionalTopic}. */
public final class ExcludedTradesSink implements JobSink {

    /** Part of the savepoint: never rename. */
    private static final String UID = "excluded";

    /** Part of the transactional ids, which a restarted job must find again: never rename. */
    private static final String PURPOSE = "excluded";

    private final KafkaSettings kafka;
    private final String topic;

    /**
     * @param kafka how the brokers are reached
     * @param topic the topic of excluded trades
     */
    public ExcludedTradesSink(KafkaSettings kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    @Override
    public void attach(Results results) {
        results.excluded().sinkTo(topic(kafka, topic)).name("Excluded trades").uid(UID);
    }

    static KafkaSink<ExcludedTrade> topic(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(kafka, topic, PURPOSE, ExcludedTradeJson::of);
    }
}
