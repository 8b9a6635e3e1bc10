package io.dexklines.clock;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The clocks as the simulated enumerator uses them. Subclasses have one fault each. */
public class EnumeratorClocks {

    private final long disorderMs;
    private final long idleTimeoutMs;
    private ChainClocks clocks;

    /** Creates the clocks of an enumerator. */
    public interface Factory {

        /** Creates clocks of the given disorder and idle timeout, in milliseconds. */
        EnumeratorClocks create(long disorderMs, long idleTimeoutMs);
    }

    /** The end of a partition, and the end of what a reader of committed data can reach. */
    record Ends(long highWatermark, long stable) {}

    public EnumeratorClocks(long disorderMs, long idleTimeoutMs) {
        this.disorderMs = disorderMs;
        this.idleTimeoutMs = idleTimeoutMs;
    }

    void start(boolean restarted, long nowMs) {
        clocks = new ChainClocks(disorderMs, idleTimeoutMs, List.of(), restarted, nowMs);
    }

    /** Returns what the enumerator's checkpoint holds of the clocks: offsets of partitions. */
    Map<Partition, Long> checkpoint() {
        return Map.of();
    }

    /** Takes what the latest checkpoint holds. A start follows. */
    void restore(Map<Partition, Long> checkpoint) {}

    ChainClocks.Question ask(long nowMs) {
        return clocks.ask(nowMs);
    }

    void listed(ChainClocks.Question question, Map<Partition, Set<String>> chainsOf) {
        clocks.listed(question, chainsOf);
    }

    void ended(ChainClocks.Question question, Partition partition, Ends ends, long nowMs) {
        clocks.ended(question, partition, ends.highWatermark(), nowMs);
        clocks.stable(partition, ends.stable());
    }

    void unreadable(Partition partition) {
        clocks.unreadable(partition);
    }

    void report(Partition partition, long position, Map<String, Long> latestMs, long nowMs) {
        clocks.report(partition, position, latestMs, nowMs);
    }

    Map<String, ChainTime> times(long nowMs) {
        return clocks.times(nowMs);
    }

    List<Hold> holds(long nowMs) {
        return clocks.holds(nowMs);
    }

    Set<Partition> withoutPosition() {
        return clocks.withoutPosition();
    }
}
