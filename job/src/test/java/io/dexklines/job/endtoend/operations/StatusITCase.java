package io.dexklines.job.endtoend.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.stack.JobClocks.ChainClock;
import io.dexklines.local.stack.JobClocks.Holder;
import io.dexklines.local.stack.StoreChecks.StoreCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Tests what {@code klines status} shows of a running job. */
@WholeStack.Shared
class StatusITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "bsc-trades";
    private static final String CHAIN = "56";
    private static final Holder HUNG = new Holder(CHAIN, TOPIC, 1, "open_transaction");

    /** The first block time, epoch seconds, unless another test has advanced the clock. */
    private static final long BEGIN_S = 1_704_412_800;

    @Test
    void theOpenTransactionThatHoldsAClockIsShownUntilItEnds(Running stack) throws Exception {
        long beginS = stack.newestTradeTime("56", BEGIN_S);
        stack.publish(TOPIC, trade(1, beginS + 1));
        await().atMost(PATIENCE).until(() -> lagMs(stack) > 0);
        assertThat(stack.addresses().clocks().heldBy()).doesNotContain(HUNG);

        try (KafkaProducer<byte[], byte[]> producer = transactional(stack)) {
            producer.initTransactions();
            producer.beginTransaction();
            byte[] hung = ("[" + trade(2, beginS + 2) + "]").getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(TOPIC, HUNG.partition(), null, hung)).get();
            stack.publish(TOPIC, trade(3, beginS + 60));

            await().atMost(PATIENCE)
                    .until(() -> stack.addresses().clocks().heldBy().contains(HUNG));
            producer.abortTransaction();
        }
        await().atMost(PATIENCE).until(() -> !stack.addresses().clocks().heldBy().contains(HUNG));
    }

    @Test
    void theStoresThatTheJobChecksAreShown(Running stack) throws Exception {
        long beginS = stack.newestTradeTime("56", BEGIN_S);
        stack.publish(TOPIC, trade(11, beginS + 1), trade(12, beginS + 61));
        stack.publish(TOPIC, trade(13, beginS + 300));

        await().atMost(PATIENCE)
                .until(
                        () ->
                                stack.addresses().status().checks().checks().stream()
                                        .filter(check -> check.checked() >= 2)
                                        .map(StoreCheck::store)
                                        .toList()
                                        .equals(List.of("mysql", "redis", "relay")));
        // other tests go on from the newest trade in MySQL
        await().atMost(PATIENCE).until(() -> stack.newestTradeTime("56", BEGIN_S) >= beginS + 300);
    }

    /** Returns the lag of the chain's clock; -1 if it has not started. */
    private static long lagMs(Running stack) throws Exception {
        return stack.addresses().clocks().clocks().stream()
                .filter(clock -> clock.chainId().equals(CHAIN))
                .mapToLong(ChainClock::lagMs)
                .findAny()
                .orElse(-1);
    }

    private static KafkaProducer<byte[], byte[]> transactional(Running stack) {
        return new KafkaProducer<>(
                stack.brokers().client(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "hung")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static String trade(int number, long blockTime) {
        return """
               {"chain_id":"56","pair_addr":"0x00000000000000000000000000000000000057a7",\
               "tx_hash":"0x57a7%d","maker":"0xmaker","type":"buy","token_amount":"2",\
               "base_token_amount":1,"total_usd":"3.5","token_price_usd":1.75,"block_num":7,\
               "block_time":%d}"""
                .formatted(number, blockTime);
    }
}
