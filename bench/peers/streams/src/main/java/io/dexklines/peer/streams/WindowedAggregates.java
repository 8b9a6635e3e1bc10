package io.dexklines.peer.streams;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import io.dexklines.peer.KlineInterval;
import io.dexklines.peer.Progress;
import io.dexklines.peer.Trade;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Klines by nine windowed aggregations of the Kafka Streams DSL, with caches and change logs, on
 * one thread. Changed klines are emitted at each commit. The stores are in memory, as the state of
 * the other engines is; the default would be RocksDB.
 *
 * <p>Arguments: bootstrap servers, application id, folder of the state, milliseconds between
 * commits, and optionally a folder for the klines.
 */
public final class WindowedAggregates {

    private static final List<String> TOPICS = List.of("sol-trades", "bsc-trades", "evm-trades-v4");

    /** Trades of the four partitions of a topic meet again after the repartitioning. */
    private static final int PARTITIONS = 4;

    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final int CACHE_BYTES = 64 << 20;

    /**
     * Records of a partition that wait on the heap. A record has up to some hundred kilobytes, so
     * the default of 1000 for each of the twelve partitions would need more than the heap.
     */
    private static final int BUFFERED_RECORDS = 100;

    private WindowedAggregates() {}

    public static void main(String[] args) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, args[2]);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, args[3]);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        KlineFile file = args.length > 4 ? KlineFile.in(Path.of(args[4])) : null;
        KafkaStreams streams = new KafkaStreams(topology(file), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.setUncaughtExceptionHandler(WindowedAggregates::fail);
        Progress.start();
        streams.start();
    }

    /** Ends the process, which would otherwise end as if everything were done. */
    private static StreamThreadExceptionResponse fail(Throwable failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static Topology topology(KlineFile file) {
        StreamsBuilder builder = new StreamsBuilder();
        Serde<Trade> tradeFormat = Formats.trades();
        KGroupedStream<String, Trade> trades =
                builder.stream(
                                TOPICS,
                                Consumed.with(Serdes.ByteArray(), Formats.records())
                                        .withTimestampExtractor(WindowedAggregates::timeMs))
                        .flatMap((key, record) -> byPair(record))
                        .repartition(
                                Repartitioned.with(Serdes.String(), tradeFormat)
                                        .withNumberOfPartitions(PARTITIONS)
                                        .withName("by-pair"))
                        .groupByKey(Grouped.with(Serdes.String(), tradeFormat));
        for (KlineInterval interval : KlineInterval.values()) {
            trades.windowedBy(TimeWindows.ofSizeAndGrace(interval.length(), GRACE))
                    .aggregate(
                            Kline::new,
                            (pair, trade, kline) -> add(trade, kline, interval),
                            Materialized.<String, Kline, WindowStore<Bytes, byte[]>>with(
                                            Serdes.String(), Formats.klines())
                                    .withStoreType(BuiltInDslStoreSuppliers.IN_MEMORY))
                    .toStream()
                    .foreach(
                            (window, kline) -> {
                                if (file != null) {
                                    long openTimeMs = unshifted(window.window().start());
                                    file.append(kline.of(window.key(), interval, openTimeMs));
                                }
                            });
        }
        return builder.build();
    }

    /** All trades of a record are of one block. */
    private static long timeMs(ConsumerRecord<Object, Object> record, long partitionTimeMs) {
        Trade[] trades = (Trade[]) record.value();
        return trades.length == 0
                ? Math.max(partitionTimeMs, 0)
                : shifted(trades[0].blockTime * 1000);
    }

    private static List<KeyValue<String, Trade>> byPair(Trade[] record) {
        List<KeyValue<String, Trade>> trades = new ArrayList<>(record.length);
        for (Trade trade : record) {
            if (trade.isSwap()) {
                trades.add(KeyValue.pair(trade.complete().pair, trade));
            }
        }
        return trades;
    }

    private static Kline add(Trade trade, Kline kline, KlineInterval interval) {
        if (interval == KlineInterval.W1) {
            Progress.count(1);
        }
        return kline.add(trade);
    }

    /** Windows begin at the epoch, a Thursday. In the shifted time, that is a Monday. */
    private static long shifted(long timeMs) {
        return timeMs - KlineInterval.W1.offset().toMillis();
    }

    private static long unshifted(long timeMs) {
        return timeMs + KlineInterval.W1.offset().toMillis();
    }
}
