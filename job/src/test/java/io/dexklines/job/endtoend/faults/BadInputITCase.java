package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Tests the whole stack with bad records among good ones: only the bad entries are excluded. */
@WholeStack.Shared
class BadInputITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "bsc-trades";
    private static final String PAIR = "0x00000000000000000000000000000000000bad1e";

    /** The first block time, epoch seconds, unless another test has advanced the clock. */
    private static final long BEGIN_S = 1_704_412_800;

    private long beginS;

    @Test
    void everyGoodTradeIsCountedAndEveryBadOneIsExcludedAlone(Running stack) throws Exception {
        beginS = stack.newestTradeTime("56", BEGIN_S);
        List<byte[]> records = new ArrayList<>();
        records.add(bytes("[" + trade(1, "") + "]"));
        records.add(null);
        records.add(bytes(""));
        records.add(bytes("[]"));
        records.add(bytes("{\"not\":\"an array\"}"));
        records.add(bytes("[" + trade(2, "") + ",{\"cut\":"));
        records.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        records.add(
                bytes(
                        String.join(
                                ",",
                                "[" + trade(3, ""),
                                "null",
                                "42",
                                trade(4, "\"total_usd\":null"),
                                trade(5, "\"total_usd\":\"1e-18\""),
                                trade(6, "\"token_price_usd\":\"NaN\""),
                                trade(7, "\"token_amount\":-1"),
                                trade(8, "\"token_price_usd\":0"),
                                trade(9, "\"type\":\"add_position\""),
                                trade(10, "\"chain_id\":\"1\""),
                                trade(11, "\"block_time\":4102444800"),
                                trade(12, "") + "]")));
        records.add(bytes("[" + "[".repeat(10_000) + "]".repeat(10_000) + "]"));
        records.add(bytes("[" + trade(13, "") + "]"));
        records.add(bytes("[" + trade(13, "") + "]"));

        try (KafkaProducer<byte[], byte[]> producer = stack.producer()) {
            for (byte[] record : records) {
                producer.send(new ProducerRecord<>(TOPIC, 0, null, record)).get();
            }
        }

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(reasons(stack))
                                        .isEqualTo(
                                                Map.of(
                                                        "malformed", 5,
                                                        "invalid", 7,
                                                        "unsupported_type", 1,
                                                        "unknown_chain", 1,
                                                        "future", 1,
                                                        "duplicate", 1)));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                stack.number(
                                                        "SELECT SUM(trades) FROM kline WHERE"
                                                                + " chain_id = '56' AND pair_addr ="
                                                                + " '"
                                                                + PAIR
                                                                + "' AND interval_code = '1m'"))
                                        .isEqualTo(5));
        assertThat(stack.job().restarts()).isZero();
        assertThat(stack.job().state()).isEqualTo("RUNNING");
    }

    private static Map<String, Integer> reasons(Running stack) throws Exception {
        Map<String, Integer> reasons = new TreeMap<>();
        for (String entry : stack.excluded()) {
            JsonNode excluded = JSON.readTree(entry);
            if (excluded.path("topic").asText().equals(TOPIC)) {
                reasons.merge(excluded.path("reason").asText(), 1, Integer::sum);
            }
        }
        return reasons;
    }

    /** Returns a good trade with one field replaced: of two equal keys, the last one counts. */
    private String trade(int number, String instead) {
        return "{\"chain_id\":\"56\",\"pair_addr\":\""
                + PAIR
                + "\",\"tx_hash\":\"0x"
                + number
                + "\",\"maker\":\"0xmaker\",\"type\":\"buy\",\"token_amount\":\"2\","
                + "\"base_token_amount\":1,\"total_usd\":\"3.5\",\"token_price_usd\":1.75,"
                + "\"block_num\":7,\"block_time\":"
                + (beginS + number)
                + ",\"transaction_index\":"
                + number
                + (instead.isEmpty() ? "" : "," + instead)
                + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
