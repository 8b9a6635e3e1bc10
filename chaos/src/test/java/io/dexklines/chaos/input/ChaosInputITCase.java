package io.dexklines.chaos.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.chaos.input.InputLedger.Transaction;
import io.dexklines.chaos.input.PlannedTransaction.Ending;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.Simulator;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.wallets.WalletLists;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the account of a chaos input with a broker that dies meanwhile. */
class ChaosInputITCase {

    /** A time of the past, so that the input does not wait for the times of its steps. */
    private static final Instant START = Instant.parse("2026-01-05T10:00:20Z");

    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir private static Path folder;
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(folder, 0);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void theWalletsThatTradeMostAreListed() {
        kafka.createTopic("smart-money-wallets", 1);
        kafka.createTopic("smart-money-follows", 1);

        SmartMoneyLists.publish(kafka.brokers());

        try (WalletLists lists = new WalletLists(kafka.brokers())) {
            assertThat(lists.listed())
                    .hasSize(
                            SimulatedChain.values().length
                                    * Simulator.frequentWallets("56").size());
        }
    }

    @Test
    void theLedgerIsWhatTheTopicsHoldAlthoughTheBrokerWasKilled() throws Exception {
        ChaosInput.topics().forEach(topic -> kafka.createTopic(topic, 2));
        publish("[]");
        InputSettings settings = settings();

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
        assertThat(ledger.certainlyExcluded()).as("%s", settings).isEqualTo(excluded);
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

    /**
     * Returns the settings of the first seed with committed and aborted transactions, but none that
     * only the broker aborts, for which the test would have to wait.
     */
    private static InputSettings settings() {
        return LongStream.iterate(1, seed -> seed + 1)
                .mapToObj(seed -> InputSettings.of(seed, START.toEpochMilli(), 50))
                .map(settings -> settings.withLength(LENGTH))
                .filter(settings -> endings(settings).equals(Set.of(Ending.COMMIT, Ending.ABORT)))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Ending> endings(InputSettings settings) {
        InputPlan plan = new InputPlan(settings, silence -> {});
        Set<Ending> endings = EnumSet.noneOf(Ending.class);
        for (Optional<PlannedStep> next = plan.next(); next.isPresent(); next = plan.next()) {
            if (next.get() instanceof PlannedTransaction transaction) {
                endings.add(transaction.ending());
            }
        }
        return endings;
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
