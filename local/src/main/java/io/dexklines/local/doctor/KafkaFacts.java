package io.dexklines.local.doctor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * What the brokers of a cluster tell the job's user.
 *
 * @param brokers the addresses that the brokers advertise
 * @param unreachable those of them that accept no connection from here
 * @param topics by their names
 * @param group whether the user may read in the consumer group
 * @param hasCommitted whether offsets are committed under the group
 * @param transactions whether the user may use the transactional ids of the job
 * @param maxTransactionTimeoutMs the brokers' limit; empty if the user may not read it
 */
record KafkaFacts(
        List<String> brokers,
        List<String> unreachable,
        Map<String, Topic> topics,
        Right group,
        boolean hasCommitted,
        Right transactions,
        OptionalLong maxTransactionTimeoutMs) {

    /**
     * A topic.
     *
     * @param state whether it can be seen
     * @param partitions their number
     * @param leaderless how many of them no broker leads
     * @param operations what the user may do
     * @param settings its configuration; empty if the user may not read it
     */
    record Topic(
            State state,
            int partitions,
            int leaderless,
            Set<AclOperation> operations,
            Optional<Map<String, String>> settings) {

        enum State {
            EXISTS,
            MISSING,
            DENIED
        }

        static Topic invisible(State state) {
            return new Topic(state, 0, 0, Set.of(), Optional.empty());
        }
    }
}
