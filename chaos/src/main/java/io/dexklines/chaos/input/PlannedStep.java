package io.dexklines.chaos.input;

import io.dexklines.local.simulator.SimulatedChain;
import java.util.List;

/** Something that the producer of one chain does at a time. */
sealed interface PlannedStep permits PlannedRecord, PlannedTransaction {

    SimulatedChain chain();

    /** Returns when the step would happen if its chain were never silent, epoch milliseconds. */
    long plannedMs();

    /** Returns when the step happens, epoch milliseconds: after a silence, later than planned. */
    long sendMs();

    /** Returns the records that are published by the step. */
    List<PlannedRecord> records();
}
