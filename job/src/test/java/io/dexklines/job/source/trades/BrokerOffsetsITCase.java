package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class BrokerOffsetsITCase extends PartitionOffsetsContract {

    private static final int TIMEOUT_MS = 60_000;

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    private KafkaProducer<byte[], byte[]> hung;

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @AfterEach
    void deleteTheTopics() throws Exception {
        if (hung != null) {
            hung.abortTransaction();
            hung.close();
        }
        try (Admin admin = admin()) {
            admin.deleteTopics(admin.listTopics().names().get(TIMEOUT_MS, TimeUnit.MILLISECONDS))
                    .all()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    PartitionOffsets offsets(Set<String> topics) {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", kafka.bootstrapServers());
        return new BrokerOffsets(properties, topics, TIMEOUT_MS);
    }

    @Override
    void createTopic(String topic, int partitions) {
        kafka.createTopic(topic, partitions);
    }

    @Override
    void append(Partition partition) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            send(producer, partition);
        }
    }

    @Override
    void appendOpen(Partition partition) throws Exception {
        hung = producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "hung"));
        hung.initTransactions();
        hung.beginTransaction();
        send(hung, partition);
    }

    @Override
    void deleteBefore(Partition partition, long offset) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(partition.topic(), partition.number()),
                                    RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Partition partition)
            throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                partition.topic(), partition.number(), null, new byte[] {'7'}))
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
