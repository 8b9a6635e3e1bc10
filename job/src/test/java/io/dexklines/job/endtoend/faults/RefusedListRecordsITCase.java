package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Tests the whole stack with a follow that is invalid. */
@WholeStack.Shared
class RefusedListRecordsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String FOLLOWS = "smart-money-follows";
    private static final String WALLETS = "smart-money-wallets";

    @Test
    void anInvalidFollowIsInTheTopicWithTheReason(Running stack) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = stack.producer()) {
            send(producer, WALLETS, "56:0xf01", "{}");
            send(producer, FOLLOWS, "56:0xf01:42", "{\"side\":\"BUY\",\"user_id\":42}");
            send(producer, FOLLOWS, "56:0xf01:ann", "{\"side\":\"long\"}");
        }

        await().atMost(PATIENCE).until(() -> !refused(stack).isEmpty());
        assertThat(refused(stack))
                .singleElement()
                .asString()
                .matches(
                        "\\{\"topic\":\"smart-money-follows\",\"partition\":0,\"offset\":\\d+,"
                                + "\"key\":\"56:0xf01:ann\","
                                + "\"reason\":\"side is none of buy, sell and any\","
                                + "\"value\":.*\\}");
        assertThat(stack.job().state()).isEqualTo("RUNNING");
    }

    /** Returns the refused records of this test. */
    private static List<String> refused(Running stack) {
        return stack.committed("lists-refused").stream()
                .filter(record -> record.contains("\"56:0xf0"))
                .toList();
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, String key, String value)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, bytes(key), bytes(value))).get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
