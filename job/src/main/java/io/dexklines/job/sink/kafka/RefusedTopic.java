package io.dexklines.job.sink.kafka;

import io.dexklines.job.config.KafkaSettings;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The topic of the rows that a store refused for their content. It has one record for each time
 * that a store refused a row.
 */
public final class RefusedTopic {

    private RefusedTopic() {}

    /**
     * Writes refused rows to the topic.
     *
     * @param refused the rows as JSON
     * @param name the name of the sink
     * @param uid the uid of the sink, and part of the transactional ids, which a restarted job must
     *     find again: never rename
     */
    public static void attach(
            DataStream<byte[]> refused,
            KafkaSettings kafka,
            String topic,
            String name,
            String uid,
            int parallelism) {
        refused.sinkTo(sink(kafka, topic, uid)).name(name).uid(uid).setParallelism(parallelism);
    }

    /** Returns the sink. */
    public static Sink<byte[]> sink(KafkaSettings kafka, String topic, String uid) {
        return TransactionalTopic.sink(kafka, topic, uid, json -> null, json -> json);
    }
}
