package io.dexklines.clock;

import io.dexklines.clock.SimulatedSources.Job;
import io.dexklines.clock.SimulatedSources.SimulatedTrade;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job that counts each trade once, unless the clock of its chain has passed the trade. A trade is
 * thus late by one millisecond. In a crash the job returns to its checkpoint.
 */
final class CountingJob implements Job {

    /** What is wrong after a simulation. */
    enum Fault {
        /** A trade of an orderly feed was late. */
        LATE,
        /** A trade was counted before a crash, and may be in a sink, but not after it. */
        NOT_COUNTED_AGAIN,
        /** A clock stands, or the klines of a quiet chain are not closed. */
        STANDS
    }

    private record State(Set<Long> counted, Map<String, Long> lateMs) {

        State copy() {
            return new State(new HashSet<>(counted), new HashMap<>(lateMs));
        }
    }

    /** What was counted by any attempt. */
    private final Set<Long> everCounted = new HashSet<>();

    private State state = new State(new HashSet<>(), new HashMap<>());
    private State checkpoint = state.copy();

    /** Runs one simulation. Returns what is wrong, or null. */
    static Fault run(
            long seed,
            SimulatedSources.Conditions conditions,
            EnumeratorClocks.Factory clocks,
            StringBuilder schedule)
            throws Exception {
        CountingJob job = new CountingJob();
        SimulatedSources sources = new SimulatedSources(seed, conditions, clocks, job, schedule);
        sources.run();
        if (conditions.orderly() && !job.state.counted.equals(sources.committed())) {
            return Fault.LATE;
        }
        if (!job.state.counted.equals(job.everCounted)) {
            return Fault.NOT_COUNTED_AGAIN;
        }
        return sources.haveClocksRun() ? null : Fault.STANDS;
    }

    @Override
    public void start(long nowMs) {
        state = checkpoint.copy();
    }

    @Override
    public void trades(Partition partition, long offset, List<SimulatedTrade> trades) {
        for (SimulatedTrade trade : trades) {
            long clockMs = state.lateMs.getOrDefault(trade.chainId(), ChainTime.NOT_STARTED);
            if (trade.timeMs() > clockMs) {
                state.counted.add(trade.number());
                everCounted.add(trade.number());
            }
        }
    }

    @Override
    public void time(String chainId, ChainTime time) {
        state.lateMs.merge(chainId, time.lateMs(), Math::max);
    }

    @Override
    public void passTime(long nowMs) {}

    @Override
    public void checkpoint() {
        checkpoint = state.copy();
    }

    @Override
    public void drain() {}
}
