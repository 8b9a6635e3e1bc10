package io.dexklines.job.violations.sink.kafka;

import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;

/** A sink that has the connector's sink as it is. */
public final class WritesWithoutClosingSafely {

    public void attach(DataStream<String> texts, KafkaSink<String> sink) {
        texts.sinkTo(sink);
    }
}
