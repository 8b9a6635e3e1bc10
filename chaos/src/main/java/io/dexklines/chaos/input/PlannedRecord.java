package io.dexklines.chaos.input;

import io.dexklines.local.simulator.SimulatedChain;
import java.util.List;

/**
 * A record to publish.
 *
 * @param partitionDraw a random number, not negative; its remainder modulo the number of partitions
 *     is the partition
 * @param value null for a tombstone; callers must not modify it
 */
record PlannedRecord(
        RecordFacts facts, long plannedMs, long sendMs, int partitionDraw, byte[] value)
        implements PlannedStep {

    @Override
    public SimulatedChain chain() {
        return facts.chain();
    }

    @Override
    public List<PlannedRecord> records() {
        return List.of(this);
    }

    int bytes() {
        return value == null ? 0 : value.length;
    }
}
