package io.dexklines.job.source.lists;

import java.util.List;
import java.util.Optional;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Assigns the only split to the only reader. */
final class ListsEnumerator implements SplitEnumerator<ListsSplit, Optional<ListsSplit>> {

    private final SplitEnumeratorContext<ListsSplit> context;

    /** The split; null while a reader has it. */
    private ListsSplit unassigned;

    /**
     * @param unassigned the split; null if a reader has it
     */
    ListsEnumerator(SplitEnumeratorContext<ListsSplit> context, ListsSplit unassigned) {
        this.context = context;
        this.unassigned = unassigned;
    }

    @Override
    public void start() {
        // readers register by themselves
    }

    @Override
    public void addReader(int subtask) {
        if (unassigned != null) {
            context.assignSplit(unassigned, subtask);
            unassigned = null;
        }
    }

    /** Takes back the split of a reader that was reset, unless a checkpoint has restored it. */
    @Override
    public void addSplitsBack(List<ListsSplit> splits, int subtask) {
        if (!splits.isEmpty()) {
            unassigned = splits.get(0);
        }
    }

    @Override
    public Optional<ListsSplit> snapshotState(long checkpointId) {
        return Optional.ofNullable(unassigned);
    }

    @Override
    public void handleSplitRequest(int subtask, String requesterHostname) {
        // the reader gets its split without a request
    }

    @Override
    public void close() {
        // there is nothing to close
    }
}
