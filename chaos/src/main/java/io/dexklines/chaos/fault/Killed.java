package io.dexklines.chaos.fault;

import io.dexklines.chaos.cluster.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that were killed.
 *
 * @param pids their ids before
 * @param gone whether none of these processes existed any more after it
 */
record Killed(List<Node> nodes, List<Long> pids, boolean gone) {

    static Killed of(List<Node> nodes) {
        List<Long> pids = nodes.stream().map(Node::pid).toList();
        nodes.parallelStream().forEach(Node::kill);
        return new Killed(
                nodes, pids, pids.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
    }

    /** Returns the proof, once the processes are restarted. */
    Proof proof() {
        List<String> changes = new ArrayList<>();
        boolean restarted = true;
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            changes.add("%d -> %d".formatted(pids.get(i), node.pid()));
            restarted &= node.isAlive() && node.pid() != pids.get(i);
        }
        return new Proof(
                String.join(" ", nodes.stream().map(Node::name).toList()),
                gone && restarted,
                "pid " + String.join(", ", changes));
    }

    /** Returns the proof with another fact that has to be true. */
    Proof proof(boolean fact, String text) {
        Proof proof = proof();
        return new Proof(proof.target(), proof.proven() && fact, proof.text() + ", " + text);
    }
}
