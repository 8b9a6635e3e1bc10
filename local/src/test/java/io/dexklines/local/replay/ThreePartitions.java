package io.dexklines.local.replay;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An in-memory topic with three partitions. */
final class ThreePartitions {

    static final String TOPIC = "trades";

    private ThreePartitions() {}

    /**
     * @param acknowledges whether records are acknowledged at once, or by the test
     */
    static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
        Node node = new Node(0, "127.0.0.1", 9092);
        Node[] nodes = {node};
        List<PartitionInfo> partitions =
                List.of(
                        new PartitionInfo(TOPIC, 0, node, nodes, nodes),
                        new PartitionInfo(TOPIC, 1, node, nodes, nodes),
                        new PartitionInfo(TOPIC, 2, node, nodes, nodes));
        return new MockProducer<>(
                new Cluster("one", List.of(node), partitions, Set.of(), Set.of()),
                acknowledges,
                null,
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
