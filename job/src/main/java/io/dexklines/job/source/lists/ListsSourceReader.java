package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/** Emits what {@link ListReader} reads; the state of its split is the split after it. */
@SuppressWarnings("try") // Flink's own close() may be interrupted
final class ListsSourceReader
        extends SingleThreadMultiplexSourceReaderBase<
                ListStep, ListChange, ListsSplit, AtomicReference<ListsSplit>> {

    ListsSourceReader(
            Supplier<SplitReader<ListStep, ListsSplit>> reader,
            RecordEmitter<ListStep, ListChange, AtomicReference<ListsSplit>> emitter,
            SourceReaderContext context) {
        super(reader, emitter, context.getConfiguration(), context);
    }

    @Override
    protected AtomicReference<ListsSplit> initializedState(ListsSplit split) {
        return new AtomicReference<>(split);
    }

    @Override
    protected ListsSplit toSplitType(String splitId, AtomicReference<ListsSplit> state) {
        return state.get();
    }

    @Override
    protected void onSplitFinished(Map<String, AtomicReference<ListsSplit>> finished) {
        throw new IllegalStateException("the lists have no end");
    }
}
