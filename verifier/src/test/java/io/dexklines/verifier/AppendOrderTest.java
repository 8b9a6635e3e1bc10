package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.verifier.AppendOrder.Place;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One chain on two partitions. The disorder is 5 s; a clock may be 60 s ahead. */
class AppendOrderTest {

    private static final long WRITTEN = MONDAY + 600;

    private final RecordReader reader = new RecordReader(Records.CHAINS);
    private final AppendOrder order = order(MONDAY - 120, Long.MAX_VALUE);

    @Test
    void aTradeIsOutOfOrderIfItsPartitionHasAMuchNewerOneBeforeIt() {
        append(order, 0, 10, WRITTEN, MONDAY + 60);
        Entry atTheLimit = append(order, 0, 11, WRITTEN, MONDAY + 55);
        Entry beyond = append(order, 0, 12, WRITTEN, MONDAY + 54);

        assertThat(order.place(atTheLimit)).isEqualTo(Place.IN_ORDER);
        assertThat(order.place(beyond)).isEqualTo(Place.OUT_OF_ORDER);
    }

    @Test
    void whatIsAppendedLaterMakesNoTradeDisorderly() {
        Entry first = append(order, 0, 10, WRITTEN, MONDAY);
        append(order, 0, 11, WRITTEN, MONDAY + 60);
        append(order, 1, 5, WRITTEN, MONDAY + 60);
        append(order, 1, 6, WRITTEN + 1, MONDAY + 61);

        assertThat(order.place(first)).isEqualTo(Place.IN_ORDER);
    }

    @Test
    void aMuchNewerTradeOnAnotherPartitionWithAnEarlierTimestampMakesItProbable() {
        append(order, 1, 5, WRITTEN, MONDAY + 60);
        Entry laterByTimestamp = append(order, 0, 10, WRITTEN + 1, MONDAY);

        assertThat(order.place(laterByTimestamp)).isEqualTo(Place.PROBABLY_OUT_OF_ORDER);
        append(order, 0, 11, WRITTEN + 1, MONDAY + 60);
        assertThat(order.place(append(order, 0, 12, WRITTEN + 1, MONDAY)))
                .isEqualTo(Place.OUT_OF_ORDER);
    }

    @Test
    void aProducerWhoseClockIsFarAheadMakesNoOthersDisorderly() {
        append(order, 0, 10, MONDAY, MONDAY + 61);
        assertThat(order.place(append(order, 0, 11, MONDAY, MONDAY))).isEqualTo(Place.IN_ORDER);

        append(order, 0, 12, MONDAY, MONDAY + 60);
        assertThat(order.place(append(order, 0, 13, MONDAY, MONDAY))).isEqualTo(Place.OUT_OF_ORDER);
    }

    @Test
    void aWindowGivesTheSameAnswersWithinIt() {
        AppendOrder window = order(MONDAY, MONDAY + 60);
        append(window, 0, 10, WRITTEN, MONDAY - 500);
        append(window, 0, 11, WRITTEN, MONDAY + 500);
        append(window, 0, 12, WRITTEN, MONDAY + 510);

        assertThat(window.place(append(window, 0, 13, WRITTEN, MONDAY + 60)))
                .isEqualTo(Place.OUT_OF_ORDER);
        Entry before = entry(0, 9, WRITTEN, MONDAY + 60);
        assertThat(window.place(before)).isEqualTo(Place.IN_ORDER);
    }

    private static AppendOrder order(long fromSeconds, long toSeconds) {
        return new AppendOrder(
                Duration.ofSeconds(5), Duration.ofMinutes(1), fromSeconds, toSeconds);
    }

    private Entry append(
            AppendOrder to, int partition, long offset, long writtenSeconds, long blockTime) {
        Entry entry = entry(partition, offset, writtenSeconds, blockTime);
        to.add(entry);
        return entry;
    }

    private Entry entry(int partition, long offset, long writtenSeconds, long blockTime) {
        List<Entry> record =
                reader.entries(
                        Records.TOPIC,
                        partition,
                        offset,
                        writtenSeconds * 1000,
                        Records.record(Records.buy("0x" + offset, blockTime, 2, 1)));
        return record.get(0);
    }
}
