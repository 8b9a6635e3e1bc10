package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import java.util.Set;

class FakeOffsetsTest extends PartitionOffsetsContract {

    private final FakeOffsets fake = new FakeOffsets();

    @Override
    PartitionOffsets offsets(Set<String> topics) {
        fake.list(topics);
        return fake;
    }

    @Override
    void createTopic(String topic, int partitions) {
        fake.createTopic(topic, partitions);
    }

    @Override
    void append(Partition partition) {
        fake.append(partition);
    }

    @Override
    void appendOpen(Partition partition) {
        fake.appendOpen(partition);
    }

    @Override
    void deleteBefore(Partition partition, long offset) {
        fake.deleteBefore(partition, offset);
    }
}
