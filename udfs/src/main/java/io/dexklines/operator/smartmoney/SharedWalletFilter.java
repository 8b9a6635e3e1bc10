package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.WalletFilter;
import io.dexklines.trade.Trade;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * The filter of a {@link WalletFilterOperator}, which the {@link WalletPrefilterOperator} of the
 * same subtask reads if it runs in the same JVM. One thread writes, others read.
 *
 * <p>What it contains is true for every reader, whenever it reads: all changes of the lists up to
 * {@link #listsMs} are applied. So a reader depends on neither checkpoints nor the attempt of the
 * task that writes.
 */
final class SharedWalletFilter implements AutoCloseable {

    private static final ConcurrentMap<Subtask, SharedWalletFilter> OPEN =
            new ConcurrentHashMap<>();

    private final Subtask subtask;
    private final WalletFilter filter;

    private volatile long listsMs = Long.MIN_VALUE;
    private volatile int waiting;
    private volatile boolean closed;

    /** A subtask of the operators, which are connected by {@code forward}. */
    private record Subtask(String jobId, int index) {

        static Subtask of(RuntimeContext context) {
            return new Subtask(
                    context.getJobInfo().getJobId().toString(),
                    context.getTaskInfo().getIndexOfThisSubtask());
        }
    }

    private SharedWalletFilter(Subtask subtask, WalletFilter filter) {
        this.subtask = subtask;
        this.filter = filter;
    }

    /**
     * Shares the filter of a subtask until it is closed. From now on, the filter may only be
     * changed by {@link #apply}.
     */
    static SharedWalletFilter open(RuntimeContext context, WalletFilter filter) {
        SharedWalletFilter shared = new SharedWalletFilter(Subtask.of(context), filter);
        OPEN.put(shared.subtask, shared);
        return shared;
    }

    /** Returns the open filter of a subtask; empty if it is not open in this JVM. */
    static Optional<SharedWalletFilter> find(RuntimeContext context) {
        return Optional.ofNullable(OPEN.get(Subtask.of(context)));
    }

    /** Applies a change of the lists. Called by the thread that writes. */
    void apply(ListChange change) {
        synchronized (filter) {
            filter.apply(change);
        }
    }

    /**
     * Sets the time up to which all changes of the lists have been applied. Called by the thread
     * that writes.
     *
     * @param newListsMs epoch milliseconds
     */
    void advance(long newListsMs) {
        listsMs = newListsMs;
    }

    /** Sets the number of trades that wait in the filter operator. */
    void setWaiting(int trades) {
        waiting = trades;
    }

    /**
     * Returns a time up to which all changes of the lists have been applied, epoch milliseconds;
     * {@link Long#MIN_VALUE} if the lists have not been read.
     */
    long listsMs() {
        return listsMs;
    }

    /** Returns the number of trades that wait in the filter operator. */
    int waiting() {
        return waiting;
    }

    /** Returns the version of the filter, which each change of the lists increases. */
    long version() {
        synchronized (filter) {
            return filter.version();
        }
    }

    /**
     * Adds the trades of wallets that may be listed to one list, and the others to another.
     *
     * @return the version of the filter
     */
    long split(List<Trade> trades, List<Trade> known, List<Trade> unknown) {
        synchronized (filter) {
            for (int i = 0; i < trades.size(); i++) {
                Trade trade = trades.get(i);
                (filter.mightContain(trade.chainId(), trade.maker()) ? known : unknown).add(trade);
            }
            return filter.version();
        }
    }

    /** Returns whether the filter is no longer kept up to date. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        OPEN.remove(subtask, this);
    }
}
