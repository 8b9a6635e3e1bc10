package io.dexklines.bench.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import io.dexklines.peer.Progress;
import io.dexklines.peer.Trade;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the work costs without an engine: a consumer of Kafka on one thread, and what it does with
 * the records. No floor has checkpoints, live klines or de-duplication.
 *
 * <p>Arguments: the name of the floor, bootstrap servers, and optionally a folder for the klines.
 */
final class Floor {

    private static final Map<String, Set<String>> CHAINS =
            Map.of(
                    "sol-trades", Set.of("100000"),
                    "bsc-trades", Set.of("56"),
                    "evm-trades-v4", Set.of("1", "8453", "42161", "10", "137"));

    private static final Duration MAX_FUTURE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(100);

    private Floor() {}

    /** What is done with the records. */
    private interface Work {
        void take(ConsumerRecord<byte[], byte[]> record) throws IOException;

        default void end() {}
    }

    public static void main(String[] args) throws IOException {
        try (KlineFile file = args.length > 2 ? KlineFile.in(Path.of(args[2])) : null) {
            Consumer<Kline> klines = kline -> {};
            run(args[1], work(Contestant.ofCode(args[0]), file == null ? klines : file::append));
        }
    }

    private static void run(String bootstrapServers, Work work) throws IOException {
        Map<String, Object> settings =
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : CHAINS.keySet()) {
                consumer.partitionsFor(topic)
                        .forEach(
                                info ->
                                        partitions.add(
                                                new TopicPartition(topic, info.partition())));
            }
            consumer.assign(partitions);
            long left =
                    consumer.endOffsets(partitions).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
            Progress.start();
            while (left > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    work.take(record);
                    Progress.count(1);
                    left--;
                }
            }
        }
        work.end();
    }

    private static Work work(Contestant floor, Consumer<Kline> klines) {
        return switch (floor) {
            case FLOOR_POLL -> record -> {};
            case FLOOR_DECODE -> {
                JsonTradeDecoder decoder = decoder();
                yield record -> decode(decoder, record);
            }
            case FLOOR_FOLD -> fold(decoder(), klines);
            case FLOOR_JACKSON -> foldObjects(klines);
            default -> throw new IllegalArgumentException(floor + " is not a floor");
        };
    }

    private static JsonTradeDecoder decoder() {
        return new JsonTradeDecoder(CHAINS, MAX_FUTURE, Clock.systemUTC());
    }

    private static List<io.dexklines.trade.Trade> decode(
            JsonTradeDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record.value(), record.topic(), record.partition(), record.offset())
                .trades();
    }

    private static Work fold(JsonTradeDecoder decoder, Consumer<Kline> klines) {
        NaiveFold<Pair> fold = new NaiveFold<>(Pair::text, klines);
        Trade each = new Trade();
        return new Work() {
            @Override
            public void take(ConsumerRecord<byte[], byte[]> record) {
                for (io.dexklines.trade.Trade trade : decode(decoder, record)) {
                    each.price = trade.tokenPriceUsd();
                    each.mcap = trade.mcapUsd();
                    each.usd = trade.totalUsd();
                    each.tokens = trade.tokenAmount();
                    each.buy = trade.buy();
                    each.timeMs = trade.position().blockTimeSeconds() * 1000;
                    each.position =
                            trade.position().block() << 32
                                    | trade.position().transactionIndex() << 16
                                    | trade.position().logIndex();
                    fold.add(new Pair(trade.chainId(), trade.pairAddress()), each);
                }
            }

            @Override
            public void end() {
                fold.closeAll();
            }
        };
    }

    private static Work foldObjects(Consumer<Kline> klines) {
        ObjectReader reader = new ObjectMapper().readerFor(Trade[].class);
        NaiveFold<String> fold = new NaiveFold<>(pair -> pair, klines);
        return new Work() {
            @Override
            public void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
                for (Trade trade : reader.<Trade[]>readValue(record.value())) {
                    if (trade.isSwap()) {
                        fold.add(trade.complete().pair, trade);
                    }
                }
            }

            @Override
            public void end() {
                fold.closeAll();
            }
        };
    }
}
