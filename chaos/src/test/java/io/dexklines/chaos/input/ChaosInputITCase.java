package io.dexklines.chaos.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.chaos.input.InputLedger.Transaction;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the account of a chaos input with a broker that dies meanwhile. */
class ChaosInputITCase {

    /** A seed without a transaction that the broker has to abort, for which the test would wait. */
    private static final long SEED = 1;

    /** A time of the past, so that the input does not wait for the times of its steps. */
    private static final Instant START = Instant.parse("2026-01-05T10:00:20Z");

    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private Path folder;
    private EmbeddedKafka kafka;

    @BeforeEach
    void startBroker() {
        kafka = EmbeddedKafka.start(folder, 0);
        ChaosInput.topics().forEach(topic -> kafka.createTopic(topic, 2));
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    @Test
    void theLedgerIsWhatTheTopicsHoldAlthoughTheBrokerWasKilled() throws Exception {
        publish("[]");
        InputSettings settings =
                InputSettings.of(SEED, START.toEpochMilli(), 50).withLength(LENGTH);

        InputLedger ledger;
        try (ChaosInput input = ChaosInput.start(kafka.brokers(), settings)) {
            publish("[]");
            await().atMost(PATIENCE).until(() -> input.acknowledgedRecords() > 100);
            kafka.kill();
            kafka.restart();
            input.awaitEnd(PATIENCE);
            ledger = input.ledger();
        }

        Map<String, Long> excluded = new TreeMap<>();
        Map<TradeId, Integer> swaps = new HashMap<>();
        Map<EntryPlace, String> trades = new HashMap<>();
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(
                        Map.of(
                                "sol-trades", Set.of("100000"),
                                "bsc-trades", Set.of("56"),
                                "evm-trades-v4", Set.of("1", "8453")),
                        Duration.ofSeconds(60),
                        Clock.fixed(START.plus(LENGTH), ZoneOffset.UTC));
        long records = 0;
        for (ConsumerRecord<byte[], byte[]> record : committed()) {
            DecodedRecord decoded =
                    decoder.decode(
                            record.value(), record.topic(), record.partition(), record.offset());
            records++;
            for (ExcludedTrade trade : decoded.excluded()) {
                excluded.merge(trade.reason().text(), 1L, Long::sum);
            }
            for (Trade trade : decoded.trades()) {
                swaps.merge(trade.identity(), 1, Integer::sum);
                trades.put(
                        new EntryPlace(
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                trade.position().index()),
                        trade.txHash());
            }
        }
        assertThat(ledger.certainlyExcluded()).isEqualTo(excluded);
        assertThat(ledger.distinctTrades()).isEqualTo(swaps.size()).isGreaterThan(2_000);
        assertThat(ledger.entries().swaps())
                .isEqualTo(swaps.values().stream().mapToLong(Integer::longValue).sum());
        assertThat(ledger.duplicates()).isPositive();
        assertThat(ledger.late())
                .isNotEmpty()
                .allSatisfy(late -> assertThat(trades).containsEntry(late.place(), late.txHash()));
        assertThat(ledger.delivery().written()).isEqualTo(records - 2);
        assertThat(ledger.delivery().others()).isEqualTo(1);
        assertThat(ledger.delivery().lost()).isZero();
        assertThat(ledger.delivery().rejected()).isZero();
        assertThat(ledger.transactions())
                .isNotEmpty()
                .noneMatch(Transaction::isTorn)
                .anyMatch(Transaction::isCommitted)
                .anyMatch(transaction -> !transaction.isCommitted());
    }

    /** Publishes a record that is no part of the input. */
    private void publish(String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.brokers().client(Map.of()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("bsc-trades", 0, null, value.getBytes(UTF_8))).get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> committed() {
        Brokers brokers = kafka.brokers();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        brokers.client(Map.of("isolation.level", "read_committed")),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions =
                    ChaosInput.topics().stream()
                            .flatMap(topic -> consumer.partitionsFor(topic).stream())
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .collect(Collectors.toSet());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Set<TopicPartition> unread = new HashSet<>(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (!unread.isEmpty()) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                unread.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            }
            return records;
        }
    }
}
