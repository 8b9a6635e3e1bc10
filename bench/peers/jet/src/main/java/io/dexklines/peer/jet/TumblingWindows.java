package io.dexklines.peer.jet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.Traversers;
import com.hazelcast.jet.aggregate.AggregateOperation;
import com.hazelcast.jet.aggregate.AggregateOperation1;
import com.hazelcast.jet.config.JobConfig;
import com.hazelcast.jet.config.ProcessingGuarantee;
import com.hazelcast.jet.kafka.KafkaSources;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sink;
import com.hazelcast.jet.pipeline.SinkBuilder;
import com.hazelcast.jet.pipeline.Sinks;
import com.hazelcast.jet.pipeline.StreamStage;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import io.dexklines.peer.KlineInterval;
import io.dexklines.peer.Progress;
import io.dexklines.peer.Trade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Klines by nine tumbling windows of a Hazelcast Jet pipeline, exactly once, on one cooperative
 * thread. A kline is emitted once, when the watermark closes it.
 *
 * <p>Arguments: bootstrap servers, port of the member, milliseconds between snapshots, topics
 * (separated by commas), and optionally a folder for the klines.
 */
public final class TumblingWindows {

    private static final long DISORDER_MS = 5_000;

    /** Of partitions. When all are idle, the watermark is the latest of any of them. */
    private static final long IDLE_MS = 10_000;

    /** Windows begin at the epoch, a Thursday. In the shifted time, that is a Monday. */
    private static final long SHIFT_MS = KlineInterval.W1.offset().toMillis();

    private static final ThreadLocal<ObjectReader> JSON =
            ThreadLocal.withInitial(() -> new ObjectMapper().readerFor(Trade[].class));

    private TumblingWindows() {}

    public static void main(String[] args) {
        HazelcastInstance member =
                Hazelcast.newHazelcastInstance(member(Integer.parseInt(args[1])));
        Progress.start();
        JobConfig job =
                new JobConfig()
                        .setProcessingGuarantee(ProcessingGuarantee.EXACTLY_ONCE)
                        .setSnapshotIntervalMillis(Long.parseLong(args[2]));
        // a pipeline has a sink for each stage
        Supplier<Sink<Kline>> output = () -> args.length > 4 ? files(args[4]) : Sinks.noop();
        try {
            member.getJet().newJob(pipeline(args[0], args[3].split(","), output), job).join();
        } finally {
            member.shutdown();
        }
    }

    private static Config member(int port) {
        Config config = new Config();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getJetConfig().setEnabled(true).setCooperativeThreadCount(1);
        config.getNetworkConfig()
                .setPort(port)
                .getInterfaces()
                .setEnabled(true)
                .addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        return config;
    }

    private static Pipeline pipeline(
            String bootstrapServers, String[] topics, Supplier<Sink<Kline>> output) {
        Properties kafka = new Properties();
        kafka.put("bootstrap.servers", bootstrapServers);
        kafka.put("auto.offset.reset", "earliest");
        kafka.put("key.deserializer", ByteArrayDeserializer.class.getName());
        kafka.put("value.deserializer", ByteArrayDeserializer.class.getName());

        Pipeline pipeline = Pipeline.create();
        StreamStage<Trade> trades =
                pipeline.readFrom(
                                KafkaSources.<byte[], byte[], Trade[]>kafka(
                                                kafka, record -> decode(record.value()), topics)
                                        .setPartitionIdleTimeout(IDLE_MS))
                        .withTimestamps(TumblingWindows::timeMs, DISORDER_MS)
                        .setLocalParallelism(1)
                        .flatMap(
                                record ->
                                        Traversers.traverseStream(
                                                Arrays.stream(record)
                                                        .filter(Trade::isSwap)
                                                        .map(Trade::complete)))
                        .setLocalParallelism(1);
        for (KlineInterval interval : KlineInterval.values()) {
            trades.groupingKey(trade -> trade.pair)
                    .window(WindowDefinition.tumbling(interval.length().toMillis()))
                    .aggregate(fold(interval))
                    .setLocalParallelism(1)
                    .map(
                            closed ->
                                    closed.result()
                                            .of(closed.key(), interval, closed.start() + SHIFT_MS))
                    .setLocalParallelism(1)
                    .writeTo(output.get())
                    .setLocalParallelism(1);
        }
        return pipeline;
    }

    private static Trade[] decode(byte[] json) {
        try {
            return JSON.get().readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All trades of a record are of one block. */
    private static long timeMs(Trade[] record) {
        return record.length == 0 ? 0 : record[0].blockTime * 1000 - SHIFT_MS;
    }

    private static AggregateOperation1<Trade, Kline, Kline> fold(KlineInterval interval) {
        boolean last = interval == KlineInterval.W1;
        return AggregateOperation.withCreate(Kline::new)
                .<Trade>andAccumulate(
                        (kline, trade) -> {
                            kline.add(trade);
                            if (last) {
                                Progress.count(1);
                            }
                        })
                .andCombine(Kline::merge)
                .andExportFinish(kline -> new Kline().merge(kline));
    }

    private static Sink<Kline> files(String folder) {
        return SinkBuilder.sinkBuilder("files", context -> KlineFile.in(Path.of(folder)))
                .<Kline>receiveFn(KlineFile::append)
                .destroyFn(KlineFile::close)
                .build();
    }
}
