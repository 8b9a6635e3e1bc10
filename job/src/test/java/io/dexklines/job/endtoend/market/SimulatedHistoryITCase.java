package io.dexklines.job.endtoend.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.pace.Pace;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketFeed;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.SimulatedRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * Tests the history behind the chart of {@code klines up}: the simulator publishes hours of trades
 * within seconds, while the job reads them, and none of them is late.
 */
@WholeStack.Shared
class SimulatedHistoryITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** No other test of the shared stack uses this chain, whose clock goes to the present. */
    private static final SimulatedChain CHAIN = SimulatedChain.SOLANA;

    private static final int HOURS = 3;

    @Test
    void hoursOfTradesAreBehindTheChartAndNoneIsLate(Running stack) throws Exception {
        long startMs = Instant.now().minusSeconds(10).toEpochMilli();
        MarketSettings settings =
                new MarketSettings(5, startMs, 20, 40, 30).withPast(Duration.ofHours(HOURS), 6_000);

        new MarketFeed(
                        new Market(settings),
                        () -> producer(stack),
                        Pace.ofSystemClock(),
                        Duration.ofMinutes(10),
                        System.out)
                .run();

        long entries = entries(settings);
        assertThat(entries).isGreaterThan(3_000);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(counted(stack) + excluded(stack).size())
                                        .isEqualTo(entries));
        assertThat(excluded(stack))
                .allMatch(
                        entry ->
                                entry.contains("\"reason\":\"unsupported_type\"")
                                        || entry.contains("\"reason\":\"duplicate\""));

        List<Long> openTimesS = chart(stack, new Market(settings).pairAddresses(CHAIN).get(0));
        long firstS = startMs / 1000 - HOURS * 3_600;
        assertThat(openTimesS.get(0)).isBetween(firstS - 60, firstS + 300);
        assertThat(openTimesS.get(openTimesS.size() - 1)).isGreaterThan(startMs / 1000 - 120);
        assertThat(openTimesS.size()).isGreaterThan(HOURS * 60 * 9 / 10);
    }

    /** Returns a producer that publishes the trades of {@link #CHAIN} only. */
    private static KafkaProducer<byte[], byte[]> producer(Running stack) {
        return new KafkaProducer<>(
                stack.brokers().client(Map.of()),
                new ByteArraySerializer(),
                new ByteArraySerializer()) {
            @Override
            public Future<RecordMetadata> send(
                    ProducerRecord<byte[], byte[]> record, Callback callback) {
                return record.topic().equals(CHAIN.topic())
                        ? super.send(record, callback)
                        : CompletableFuture.completedFuture(null);
            }
        };
    }

    /** Returns the number of entries of the chain in all records, redelivered ones too. */
    private static long entries(MarketSettings settings) {
        Market market = new Market(settings);
        long entries = 0;
        for (Optional<SimulatedRecord> next = market.next();
                next.isPresent();
                next = market.next()) {
            entries += next.get().topic().equals(CHAIN.topic()) ? next.get().trades() : 0;
        }
        return entries;
    }

    private static long counted(Running stack) throws Exception {
        return stack.number(
                "SELECT SUM(trades) FROM kline WHERE interval_code = '1m' AND chain_id = '"
                        + CHAIN.id()
                        + "'");
    }

    private static List<String> excluded(Running stack) {
        return stack.excluded().stream()
                .filter(entry -> entry.contains("\"topic\":\"" + CHAIN.topic() + "\""))
                .toList();
    }

    /** Returns the open times of the klines of one minute that the chart shows, epoch seconds. */
    private static List<Long> chart(Running stack, String pair) throws Exception {
        URI klines =
                URI.create(
                        "%s/api/klines?chain_id=%s&pair_addr=%s&interval=1m&limit=1500"
                                .formatted(stack.addresses().relay(), CHAIN.id(), pair));
        HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(klines).build(),
                                HttpResponse.BodyHandlers.ofString());
        List<Long> openTimesS = new ArrayList<>();
        for (JsonNode kline : JSON.readTree(answer.body()).path("klines")) {
            openTimesS.add(kline.path("open_time").longValue());
        }
        return openTimesS;
    }
}
