package io.dexklines.chaos.input;

import io.dexklines.local.simulator.SimulatedChain;
import java.util.List;

/**
 * What is known of a record of the input before it is published.
 *
 * @param number the record's number within the input, which it carries in a header
 * @param chain the chain whose producer publishes the record
 * @param content the number of its bytes: equal for all copies of a record, and only for them. No
 *     two contents have a trade in common
 * @param lateTxHashes the transaction hashes of its trades if they are injected as late, by their
 *     index in the array; empty otherwise
 * @param transaction the number of the upstream transaction; -1 outside of one
 */
record RecordFacts(
        long number,
        InputKind kind,
        SimulatedChain chain,
        long content,
        Entries entries,
        List<String> lateTxHashes,
        int transaction) {

    static final int NO_TRANSACTION = -1;

    /** Returns the facts of a copy outside of any transaction. */
    RecordFacts copy(long copyNumber) {
        return new RecordFacts(
                copyNumber,
                InputKind.REDELIVERED,
                chain,
                content,
                entries,
                lateTxHashes,
                NO_TRANSACTION);
    }
}
