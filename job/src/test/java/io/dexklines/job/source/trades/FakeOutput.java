package io.dexklines.job.source.trades;

import io.dexklines.decode.DecodedRecord;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * The output of a task, which notes the offsets of the records.
 *
 * @param emitted what was emitted, in order
 */
record FakeOutput(List<Object> emitted) implements ReaderOutput<DecodedRecord> {

    @Override
    public void collect(DecodedRecord record) {
        emitted.add(record.offset());
    }

    @Override
    public void collect(DecodedRecord record, long timestampMs) {
        emitted.add(record.offset());
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        throw new UnsupportedOperationException("the source has no classic watermarks");
    }

    @Override
    public void markIdle() {
        throw new UnsupportedOperationException("the source is never idle");
    }

    @Override
    public void markActive() {
        throw new UnsupportedOperationException("the source is never idle");
    }

    @Override
    public SourceOutput<DecodedRecord> createOutputForSplit(String splitId) {
        return new FakeOutput(emitted);
    }

    @Override
    public void releaseOutputForSplit(String splitId) {
        // nothing is held for it
    }
}
