package io.dexklines.job.source.trades;

import io.dexklines.clock.Partition;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What a reader answers to {@link ClockTimes}: how far it has emitted each of its partitions.
 *
 * @param partitions the progress of each partition that is or was assigned to the reader
 */
record ReadReport(List<Progress> partitions) implements SourceEvent {

    private static final long serialVersionUID = 1L;

    /**
     * The progress of a partition.
     *
     * @param partition the partition
     * @param position the offset behind the last record that was emitted or passed over; -1 if the
     *     position is not known yet
     * @param latestMs the latest time of each chain that was emitted since the last report, epoch
     *     milliseconds
     */
    record Progress(Partition partition, long position, Map<String, Long> latestMs)
            implements Serializable {}
}
