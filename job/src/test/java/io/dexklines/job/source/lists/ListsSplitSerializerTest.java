package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ListsSplitSerializerTest {

    private static final ListsSplit SPLIT =
            new ListsSplit(
                    Map.of(
                            new TopicPartition("wallets", 0),
                            7L,
                            new TopicPartition("follows", 1),
                            9L),
                    true,
                    3,
                    true,
                    50,
                    4);

    private final ListsSplitSerializer serializer = new ListsSplitSerializer();

    @Test
    void readsWhatItWrites() throws Exception {
        assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(SPLIT)))
                .isEqualTo(SPLIT);
    }

    @Test
    void theListsOfAnEarlierReleaseAreReadFromTheirBeginning() throws Exception {
        // it may have stored wallets in another form of their addresses
        assertThat(serializer.deserialize(1, serializer.serialize(SPLIT)))
                .isEqualTo(new ListsSplit(Map.of(), false, 3, true, 0, 4));
    }
}
