package io.dexklines.clock;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Clocks with one fault each, so that a simulation can be seen to fail. */
public final class FaultyClocks {

    private FaultyClocks() {}

    /** Takes the last stable offset for the end of a partition. */
    public static final class AskingForTheLastStableOffset extends EnumeratorClocks {

        public AskingForTheLastStableOffset(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs);
        }

        @Override
        void ended(ChainClocks.Question question, Partition partition, Ends ends, long nowMs) {
            super.ended(question, partition, new Ends(ends.stable(), ends.stable()), nowMs);
        }
    }

    /** Takes a partition's end for the one of the time at which it arrives. */
    public static final class AskingBeforeTheNewerTrade extends EnumeratorClocks {

        public AskingBeforeTheNewerTrade(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs);
        }

        @Override
        void ended(ChainClocks.Question question, Partition partition, Ends ends, long nowMs) {
            super.ended(ask(nowMs), partition, ends, nowMs);
        }
    }

    /** Forgets that a partition could not be read. */
    public static final class NotWaitingForRetries extends EnumeratorClocks {

        public NotWaitingForRetries(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs);
        }

        @Override
        void unreadable(Partition partition) {}
    }

    /** Starts after a crash as if nothing had been counted before. */
    public static final class NotHoldingAfterARestart extends EnumeratorClocks {

        public NotHoldingAfterARestart(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs);
        }

        @Override
        void start(boolean restarted, long nowMs) {
            super.start(false, nowMs);
        }
    }

    /**
     * Keeps the ends of the first restart in the checkpoint until they are read, and asks for no
     * others until then.
     */
    public static final class KeepingTheEndsOfTheFirstRestart extends EnumeratorClocks {

        private final Map<Partition, Long> ends = new TreeMap<>();
        private final Map<Partition, Long> positions = new HashMap<>();
        private final Map<String, Long> lateMs = new HashMap<>();
        private final Set<ChainClocks.Question> questions = new HashSet<>();
        private final Set<Partition> toAsk = new HashSet<>();
        private boolean asking;

        public KeepingTheEndsOfTheFirstRestart(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs);
        }

        @Override
        Map<Partition, Long> checkpoint() {
            return Map.copyOf(ends);
        }

        @Override
        void restore(Map<Partition, Long> checkpoint) {
            ends.clear();
            ends.putAll(checkpoint);
        }

        @Override
        void start(boolean restarted, long nowMs) {
            super.start(false, nowMs);
            asking = restarted && ends.isEmpty();
            toAsk.clear();
            questions.clear();
            positions.clear();
            lateMs.clear();
        }

        @Override
        ChainClocks.Question ask(long nowMs) {
            ChainClocks.Question question = super.ask(nowMs);
            questions.add(question);
            return question;
        }

        @Override
        void listed(ChainClocks.Question question, Map<Partition, Set<String>> chainsOf) {
            super.listed(question, chainsOf);
            if (asking && questions.contains(question)) {
                asking = false;
                toAsk.addAll(chainsOf.keySet());
            }
        }

        @Override
        void ended(ChainClocks.Question question, Partition partition, Ends at, long nowMs) {
            super.ended(question, partition, at, nowMs);
            if (questions.contains(question) && toAsk.remove(partition)) {
                ends.put(partition, at.highWatermark());
                removeReached();
            }
        }

        @Override
        void report(Partition partition, long position, Map<String, Long> latestMs, long nowMs) {
            super.report(partition, position, latestMs, nowMs);
            positions.merge(partition, position, Math::max);
            removeReached();
        }

        private void removeReached() {
            ends.entrySet()
                    .removeIf(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
        }

        @Override
        Map<String, ChainTime> times(long nowMs) {
            Map<String, ChainTime> times = new TreeMap<>();
            super.times(nowMs)
                    .forEach(
                            (chainId, time) -> {
                                if (ends.isEmpty() && toAsk.isEmpty() && !asking) {
                                    lateMs.merge(chainId, time.lateMs(), Math::max);
                                }
                                long heldMs = lateMs.getOrDefault(chainId, ChainTime.NOT_STARTED);
                                times.put(chainId, new ChainTime(heldMs, time.closingMs()));
                            });
            return times;
        }
    }

    /**
     * Lets a partition go when nothing has come from it for the idle timeout, whether it has been
     * read to its end or not.
     */
    public static class IdlePartitions extends EnumeratorClocks {

        private final long disorderMs;
        private final long idleTimeoutMs;
        private final Map<Partition, Map<String, Long>> latestMs = new HashMap<>();
        private final Map<Partition, Long> seenAtMs = new HashMap<>();
        private final Map<Partition, Set<String>> chainsOf = new HashMap<>();
        private final Map<String, Long> clockMs = new HashMap<>();
        private final boolean oneForAllChains;

        public IdlePartitions(long disorderMs, long idleTimeoutMs) {
            this(disorderMs, idleTimeoutMs, false);
        }

        private IdlePartitions(long disorderMs, long idleTimeoutMs, boolean oneForAllChains) {
            super(disorderMs, idleTimeoutMs);
            this.disorderMs = disorderMs;
            this.idleTimeoutMs = idleTimeoutMs;
            this.oneForAllChains = oneForAllChains;
        }

        @Override
        void start(boolean restarted, long nowMs) {
            super.start(restarted, nowMs);
            latestMs.clear();
            seenAtMs.clear();
            chainsOf.clear();
            clockMs.clear();
        }

        @Override
        void listed(ChainClocks.Question question, Map<Partition, Set<String>> listed) {
            super.listed(question, listed);
            chainsOf.putAll(listed);
        }

        @Override
        void report(Partition partition, long position, Map<String, Long> newMs, long nowMs) {
            super.report(partition, position, newMs, nowMs);
            Map<String, Long> known = latestMs.computeIfAbsent(partition, any -> new HashMap<>());
            newMs.forEach((chainId, timeMs) -> known.merge(chainId, timeMs, Math::max));
            if (!newMs.isEmpty() || !seenAtMs.containsKey(partition)) {
                seenAtMs.put(partition, nowMs);
            }
        }

        @Override
        Map<String, ChainTime> times(long nowMs) {
            Map<String, ChainTime> times = new TreeMap<>();
            for (String chainId : super.times(nowMs).keySet()) {
                long leastMs = Long.MAX_VALUE;
                for (Partition partition : seenAtMs.keySet()) {
                    boolean idle = nowMs - seenAtMs.get(partition) >= idleTimeoutMs;
                    if (!idle && mayHold(partition, chainId)) {
                        leastMs = Math.min(leastMs, latestMs(partition, chainId));
                    }
                }
                long heldMs = clockMs.getOrDefault(chainId, ChainTime.NOT_STARTED);
                if (leastMs != Long.MAX_VALUE && leastMs != ChainTime.NOT_STARTED) {
                    heldMs = Math.max(heldMs, Math.min(leastMs, nowMs) - disorderMs - 1);
                }
                clockMs.put(chainId, heldMs);
                times.put(chainId, new ChainTime(heldMs, heldMs));
            }
            return times;
        }

        private boolean mayHold(Partition partition, String chainId) {
            return oneForAllChains || chainsOf.getOrDefault(partition, Set.of()).contains(chainId);
        }

        private long latestMs(Partition partition, String chainId) {
            Map<String, Long> known = latestMs.get(partition);
            return oneForAllChains
                    ? known.values().stream()
                            .mapToLong(Long::longValue)
                            .max()
                            .orElse(ChainTime.NOT_STARTED)
                    : known.getOrDefault(chainId, ChainTime.NOT_STARTED);
        }
    }

    /**
     * Has one watermark for all chains, the least latest time of the partitions from which
     * something has come within the idle timeout.
     */
    public static final class OneWatermark extends IdlePartitions {

        public OneWatermark(long disorderMs, long idleTimeoutMs) {
            super(disorderMs, idleTimeoutMs, true);
        }
    }
}
