package io.dexklines.chaos.input;

import io.dexklines.local.simulator.SimulatedChain;
import java.util.List;

/**
 * An upstream transaction, which hides what is appended behind it until it ends.
 *
 * @param number its number within the input
 * @param holdMs how long it stays open after its records are written
 */
record PlannedTransaction(
        int number,
        SimulatedChain chain,
        long plannedMs,
        long sendMs,
        long holdMs,
        Ending ending,
        List<PlannedRecord> records)
        implements PlannedStep {

    /** How a transaction ends. */
    enum Ending {
        COMMIT,
        ABORT,
        /** The producer disappears, and the broker aborts after the transaction's timeout. */
        ABANDON
    }
}
