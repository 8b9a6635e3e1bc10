package io.dexklines.job.source.lists;

import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Hands the one split to the one reader. */
final class ListsEnumerator implements SplitEnumerator<ListsSplit, Optional<ListsSplit>> {

    private final SplitEnumeratorContext<ListsSplit> context;

    /** Null while a reader has it. */
    private ListsSplit unassigned;

    /**
     * @param unassigned null when a reader has it
     */
    ListsEnumerator(SplitEnumeratorContext<ListsSplit> context, ListsSplit unassigned) {
        this.context = context;
        this.unassigned = unassigned;
    }

    @Override
    public void start() {
        // a reader that is there asks by registering
    }

    @Override
    public void addReader(int subtask) {
        if (unassigned != null) {
            context.assignSplit(unassigned, subtask);
            unassigned = null;
        }
    }

    @Override
    public void addSplitsBack(List<ListsSplit> splits, int subtask) {
        unassigned = splits.get(0);
    }

    @Override
    public Optional<ListsSplit> snapshotState(long checkpointId) {
        return Optional.ofNullable(unassigned);
    }

    @Override
    public void handleSplitRequest(int subtask, String requesterHostname) {
        // the reader gets its split unasked
    }

    @Override
    public void close() {
        // holds nothing
    }
}
