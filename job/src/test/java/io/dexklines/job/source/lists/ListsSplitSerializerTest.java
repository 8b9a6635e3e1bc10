package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The serialized positions, which later versions must be able to read. */
class ListsSplitSerializerTest {

    private static final ListsSplit SPLIT =
            new ListsSplit(
                    Map.of(
                            new TopicPartition("w", 1), 5L,
                            new TopicPartition("w", 0), 1L << 40,
                            new TopicPartition("f", 0), 0L),
                    true,
                    7,
                    true,
                    1_000_000,
                    1_001);

    private static final String VERSION_1 =
            "00000003"
                    + "000166"
                    + "00000000"
                    + "0000000000000000"
                    + "000177"
                    + "00000000"
                    + "0000010000000000"
                    + "000177"
                    + "00000001"
                    + "0000000000000005"
                    + "01"
                    + "00000007"
                    + "01"
                    + "00000000000f4240"
                    + "00000000000003e9";

    private final ListsSplitSerializer serializer = new ListsSplitSerializer();

    @Test
    void theBytesOfVersion1AreWrittenAndRead() throws Exception {
        assertThat(serializer.getVersion()).isEqualTo(1);
        assertThat(HexFormat.of().formatHex(serializer.serialize(SPLIT))).isEqualTo(VERSION_1);
        assertThat(serializer.deserialize(1, HexFormat.of().parseHex(VERSION_1))).isEqualTo(SPLIT);
    }

    @Test
    void aVersionFromTheFutureIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("reads versions up to 1");
    }

    @Test
    void theEnumeratorRemembersTheUnassignedSplit() throws Exception {
        SimpleVersionedSerializer<Optional<ListsSplit>> unassigned =
                new ListsSplitSerializer.Unassigned();

        for (Optional<ListsSplit> each :
                java.util.List.of(Optional.<ListsSplit>empty(), Optional.of(SPLIT))) {
            assertThat(unassigned.deserialize(1, unassigned.serialize(each))).isEqualTo(each);
        }
    }
}
