package io.dexklines.job.sink.kafka;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.trade.ExcludedTrade;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.connector.sink2.Sink;

/** Writes every excluded trade to a topic, exactly once; see {@link TransactionalTopic}. */
public final class ExcludedTradesSink implements JobSink {

    /** Part of the savepoint and of the transactional ids: never rename. */
    private static final String UID = "excluded";

    private final KafkaSettings kafka;
    private final String topic;

    /**
     * @param kafka the connection to the brokers
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

    static Sink<ExcludedTrade> topic(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka, topic, UID, excluded -> null, ExcludedTradesSink::json);
    }

    /**
     * Returns {@code {"reason","detail","topic","partition","offset","index","trade"}}. A replay
     * may exclude every trade that it reads, so the original is not parsed again.
     */
    public static byte[] json(ExcludedTrade excluded) {
        StringBuilder json = new StringBuilder(256 + excluded.tradeJson().length());
        json.append("{\"reason\":\"").append(excluded.reason().text());
        json.append("\",\"detail\":\"");
        JsonStringEncoder.getInstance().quoteAsString(excluded.detail(), json);
        json.append("\",\"topic\":\"");
        JsonStringEncoder.getInstance().quoteAsString(excluded.topic(), json);
        json.append("\",\"partition\":").append(excluded.partition());
        json.append(",\"offset\":").append(excluded.offset());
        json.append(",\"index\":").append(excluded.index());
        json.append(",\"trade\":").append(excluded.tradeJson()).append('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
