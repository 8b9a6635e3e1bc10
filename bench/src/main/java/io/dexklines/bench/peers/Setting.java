package io.dexklines.bench.peers;

import io.dexklines.bench.SimulatedBacklog;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What all engines of a run have in common.
 *
 * @param kafka the broker with the trades
 * @param backlog the trades
 * @param trades the counter of swaps in the backlog
 * @param folder a folder for the files of all engines
 * @param heapMb the heap of an engine's process, in MiB
 * @param checkpoints the time between two checkpoints, snapshots or commits
 */
record Setting(
        EmbeddedKafka kafka,
        SimulatedBacklog backlog,
        CleanTrades trades,
        Path folder,
        int heapMb,
        Duration checkpoints) {

    /** Returns the number of swaps in a record, on average. */
    double tradesPerRecord() {
        return (double) trades.swaps() / backlog.records();
    }
}
