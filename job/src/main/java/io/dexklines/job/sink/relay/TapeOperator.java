package io.dexklines.job.sink.relay;

import io.dexklines.job.config.RelaySettings;
import io.dexklines.trade.PairTape;
import java.util.List;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Publishes the trades of the tape to the relays without blocking.
 *
 * <p>An operator instead of a {@link org.apache.flink.api.connector.sink2.Sink}, whose operator
 * always has state: so the tape can be turned on and off without a word about the state of an
 * operator that is gone.
 */
final class TapeOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<PairTape, Void> {

    private static final long serialVersionUID = 1L;

    private final RelaySettings settings;

    private transient RelayWriter<PairTape, PairTape> writer;

    TapeOperator(RelaySettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        writer =
                new RelayWriter<>(
                        List::of,
                        RelayWriterSink.publishers(settings, () -> OutgoingTape.of(settings)));
        writer.register(getMetricGroup(), RelayMetric.OF_TAPE);
    }

    @Override
    public void processElement(StreamRecord<PairTape> element) {
        writer.write(element.getValue(), null);
    }

    @Override
    public void finish() throws Exception {
        writer.flush(true);
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (writer != null) {
            writer.close();
        }
        super.close();
    }
}
