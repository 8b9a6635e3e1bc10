package io.dexklines.clock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The clocks of all chains, each computed from all partitions that may hold trades of the chain.
 *
 * <p>A partition vouches for a time of a chain if it can no longer deliver older trades of the
 * chain, apart from the bounded disorder. There are two reasons to vouch:
 *
 * <ul>
 *   <li>The latest time of the chain that was read from the partition, because producers append in
 *       order.
 *   <li>What was known of the chain when the partition's end was asked for, once the partition has
 *       been read to that end. Brokers append the trades of a chain in order over all partitions,
 *       so whatever is appended after the question is not older.
 * </ul>
 *
 * <p>A chain's clock is the least time that any of its partitions vouches for, minus the bounded
 * disorder. A partition that cannot be read therefore holds the clock, however long that takes. The
 * position counts open transactions as not read, so a hung transaction holds the clock too.
 *
 * <p>A round begins with {@link #ask}. The caller then lists the partitions ({@link #listed}) and
 * asks for their ends ({@link #ended}, {@link #unreadable}), in any order and as late as it likes.
 * Subtasks that read report how far they are ({@link #report}). The order of these calls decides
 * what "after" means, so the clocks of machines need not agree. A partition that is created between
 * two rounds is covered, because no clock passes what was known when the partitions were last
 * listed.
 *
 * <p>Where every partition of a chain is read to its end and no trade has come for the idle
 * timeout, klines are closed by the wall clock. That makes no trade late.
 *
 * <p>A partition that could not be read holds its clocks for the idle timeout more once it is read
 * to its end, because its producers may still be retrying.
 *
 * <p>After a restart, no trade is late until all partitions are read up to where they ended then,
 * because a former attempt may have counted trades up to there. Nor is one for the idle timeout
 * more, because a partition may have been unreadable before the restart. Klines close all the same.
 *
 * <p>Clocks never go back and never pass the wall clock. Not thread-safe; reads no wall clock.
 */
public final class ChainClocks {

    /** For how long the answer to a question about a partition's end counts as current. */
    private static final long ANSWER_VALID_MS = 5_000;

    private static final long NONE = ChainTime.NOT_STARTED;
    private static final long UNKNOWN = -1;

    private final long disorderMs;
    private final long idleTimeoutMs;
    private final Set<Partition> released;
    private final boolean restarted;
    private final long startedAtMs;
    private final Map<Partition, State> partitions = new TreeMap<>();
    private final Map<String, Chain> chains = new TreeMap<>();

    /** What was known of each chain when the partitions were last listed. */
    private Map<String, Long> listedMs = Map.of();

    private boolean listed;

    /**
     * A question about the partitions and their ends. Answers to a question of other clocks have no
     * effect, because those clocks may have asked before a restart.
     */
    public final class Question {

        /** The latest time of each chain that was known when the question was asked. */
        private final Map<String, Long> latestMs = new HashMap<>();

        private final long askedAtMs;

        private Question(long nowMs) {
            askedAtMs = nowMs;
            chains.forEach((chainId, chain) -> latestMs.put(chainId, chain.latestMs));
        }

        private boolean isForeign(ChainClocks answered) {
            return answered != ChainClocks.this;
        }
    }

    /**
     * @param disorderMs how much older than the latest trade a trade in order may be, milliseconds
     * @param idleTimeoutMs after how long without a trade a chain is quiet, and how long a
     *     partition that could not be read still holds its clocks, milliseconds
     * @param released partitions that hold no clock, by an operator's decision
     * @param restarted whether a former attempt may have counted trades that are read again
     * @param nowMs the wall clock, epoch milliseconds
     */
    public ChainClocks(
            long disorderMs,
            long idleTimeoutMs,
            Collection<Partition> released,
            boolean restarted,
            long nowMs) {
        this.disorderMs = disorderMs;
        this.idleTimeoutMs = idleTimeoutMs;
        this.released = Set.copyOf(released);
        this.restarted = restarted;
        this.startedAtMs = nowMs;
    }

    /** Begins a round; to be called before the partitions are listed and their ends asked for. */
    public Question ask(long nowMs) {
        return new Question(nowMs);
    }

    /**
     * Takes the list of all partitions.
     *
     * @param chainsOf the partitions, each with the chains whose trades it may hold
     */
    public void listed(Question question, Map<Partition, Set<String>> chainsOf) {
        if (question.isForeign(this)) {
            return;
        }
        chainsOf.forEach(
                (partition, chainIds) -> {
                    State state = state(partition);
                    if (listed && state.chains.isEmpty()) {
                        // it did not exist when the partitions were listed before
                        state.vouchFor(listedMs);
                    }
                    state.chains = Set.copyOf(chainIds);
                    chainIds.forEach(this::chain);
                });
        listedMs = question.latestMs;
        listed = true;
    }

    /**
     * Takes the answer to a question about a partition's end.
     *
     * @param end the offset behind the last record, open transactions included
     */
    public void ended(Question question, Partition partition, long end, long nowMs) {
        if (!question.isForeign(this)) {
            state(partition).ended(question, end, nowMs);
        }
    }

    /** Notes that a partition's end cannot be asked for. */
    public void unreadable(Partition partition) {
        state(partition).unreadable();
    }

    /**
     * Takes the last stable offset of a partition, which only serves to tell why a clock is held.
     *
     * @param offset up to where the partition can be read with {@code read_committed}
     */
    public void stable(Partition partition, long offset) {
        state(partition).stableEnd = offset;
    }

    /**
     * Notes how far a partition has been emitted.
     *
     * @param position the offset behind the last record that was emitted or passed over; -1 if the
     *     partition is assigned and its position is not known yet
     * @param latestMs the latest time of each chain that was emitted from the partition since the
     *     last report, epoch milliseconds
     */
    public void report(Partition partition, long position, Map<String, Long> latestMs, long nowMs) {
        State state = state(partition);
        state.assigned = true;
        if (position > state.position) {
            state.position = position;
            state.progressedAtMs = nowMs;
        }
        latestMs.forEach(
                (chainId, timeMs) -> {
                    state.latestMs.merge(chainId, timeMs, Math::max);
                    chain(chainId).seen(timeMs, nowMs);
                });
        state.settle(nowMs);
    }

    /** Returns every clock as of {@code nowMs}. */
    public Map<String, ChainTime> times(long nowMs) {
        Map<String, ChainTime> times = new TreeMap<>();
        chains.forEach(
                (chainId, chain) -> {
                    long clockMs = clockMs(chainId, nowMs);
                    if (!isReplaying(chainId)) {
                        chain.lateMs = Math.max(chain.lateMs, clockMs);
                    }
                    chain.closingMs = Math.max(chain.closingMs, clockMs);
                    if (isQuiet(chainId, chain, nowMs)) {
                        chain.closingMs = Math.max(chain.closingMs, nowMs - idleTimeoutMs - 1);
                    }
                    times.put(chainId, new ChainTime(chain.lateMs, chain.closingMs));
                });
        return times;
    }

    /** Returns, for each chain whose clock is held back, the partition that holds it. */
    public List<Hold> holds(long nowMs) {
        List<Hold> holds = new ArrayList<>();
        chains.forEach(
                (chainId, chain) -> {
                    State holder = null;
                    for (State state : holding(chainId)) {
                        if (state.vouchedMs(chainId) < chain.latestMs
                                && !state.isAtEnd(nowMs)
                                && (holder == null
                                        || state.vouchedMs(chainId) < holder.vouchedMs(chainId))) {
                            holder = state;
                        }
                    }
                    if (holder != null) {
                        holds.add(
                                new Hold(
                                        chainId,
                                        holder.partition,
                                        holder.why(nowMs),
                                        holder.lag()));
                        return;
                    }
                    for (State state : holding(chainId)) {
                        if (state.replaying) {
                            Hold.Reason why = state.why(nowMs);
                            holds.add(
                                    new Hold(
                                            chainId,
                                            state.partition,
                                            why == Hold.Reason.LAG ? Hold.Reason.REPLAY : why,
                                            state.lag()));
                            return;
                        }
                    }
                });
        return holds;
    }

    /** Returns the assigned partitions whose position is not known. */
    public Set<Partition> withoutPosition() {
        Set<Partition> without = new TreeSet<>();
        partitions.forEach(
                (partition, state) -> {
                    if (state.assigned && state.position == UNKNOWN) {
                        without.add(partition);
                    }
                });
        return without;
    }

    private State state(Partition partition) {
        return partitions.computeIfAbsent(partition, State::new);
    }

    private Chain chain(String chainId) {
        return chains.computeIfAbsent(chainId, id -> new Chain());
    }

    private List<State> holding(String chainId) {
        List<State> holding = new ArrayList<>();
        for (State state : partitions.values()) {
            if (state.chains.contains(chainId) && !released.contains(state.partition)) {
                holding.add(state);
            }
        }
        return holding;
    }

    private long clockMs(String chainId, long nowMs) {
        long leastMs = listedMs.getOrDefault(chainId, NONE);
        for (State state : holding(chainId)) {
            leastMs = Math.min(leastMs, state.vouchedMs(chainId));
        }
        return leastMs == NONE ? NONE : Math.min(leastMs, nowMs) - disorderMs - 1;
    }

    private boolean isReplaying(String chainId) {
        if (restarted && !listed) {
            return true;
        }
        for (State state : holding(chainId)) {
            if (state.replaying) {
                return true;
            }
        }
        return false;
    }

    private boolean isQuiet(String chainId, Chain chain, long nowMs) {
        if (!listed || nowMs - chain.seenAtMs < idleTimeoutMs) {
            return false;
        }
        for (State state : holding(chainId)) {
            if (!state.isAtEnd(nowMs)) {
                return false;
            }
        }
        return true;
    }

    /** What is known of a chain. */
    private final class Chain {
        private long latestMs = NONE;
        private long seenAtMs = startedAtMs;
        private long lateMs = NONE;
        private long closingMs = NONE;

        void seen(long timeMs, long nowMs) {
            latestMs = Math.max(latestMs, timeMs);
            seenAtMs = nowMs;
        }
    }

    /** What is known of a partition. */
    private final class State {
        private final Partition partition;
        private final Map<String, Long> latestMs = new HashMap<>();

        /** What the partition vouches for because it was read to an end. */
        private final Map<String, Long> vouchedMs = new HashMap<>();

        private Set<String> chains = Set.of();
        private boolean assigned;
        private long position = UNKNOWN;
        private long progressedAtMs = NONE;
        private long end = UNKNOWN;
        private long stableEnd = UNKNOWN;
        private long answeredAtMs = NONE;

        /** The end to be reached, and what reaching it vouches for; null if there is none. */
        private Question pending;

        private long pendingEnd;
        private long pendingSinceMs;

        /** Whether the partition could not be read for a while, and not to its end since. */
        private boolean unreadable;

        /** Until when the partition holds the clocks, because its producers may be retrying. */
        private long holdsUntilMs = NONE;

        /** Whether trades that a former attempt may have counted are still to be read. */
        private boolean replaying = restarted;

        /** The end up to which trades are replayed; unknown if it has not been asked for. */
        private long replayEnd = UNKNOWN;

        /** Since when the partition is read to its end at the restart. */
        private long replayedAtMs = NONE;

        State(Partition partition) {
            this.partition = partition;
        }

        long vouchedMs(String chainId) {
            return Math.max(
                    latestMs.getOrDefault(chainId, NONE), vouchedMs.getOrDefault(chainId, NONE));
        }

        void vouchFor(Map<String, Long> knownMs) {
            knownMs.forEach((chainId, timeMs) -> vouchedMs.merge(chainId, timeMs, Math::max));
        }

        void unreadable() {
            unreadable = true;
            pending = null;
        }

        void ended(Question question, long newEnd, long nowMs) {
            end = newEnd;
            answeredAtMs = nowMs;
            if (replaying
                    && replayEnd == UNKNOWN
                    && (replayedAtMs == NONE
                            || question.askedAtMs - replayedAtMs >= idleTimeoutMs)) {
                replayEnd = newEnd;
            }
            // producers that retry may have appended older trades between question and answer
            if (pending == null && question.askedAtMs >= holdsUntilMs) {
                holdsUntilMs = NONE;
                pending = question;
                pendingEnd = newEnd;
                pendingSinceMs = nowMs;
            }
            settle(nowMs);
            unreadable |=
                    pending != null
                            && nowMs - Math.max(pendingSinceMs, progressedAtMs) >= idleTimeoutMs;
        }

        /** Takes note of the ends that have been reached. */
        void settle(long nowMs) {
            if (replayEnd != UNKNOWN && hasRead(replayEnd)) {
                replaying = replayedAtMs == NONE;
                replayedAtMs = nowMs;
                replayEnd = UNKNOWN;
            }
            if (pending != null && hasRead(pendingEnd)) {
                if (unreadable) {
                    unreadable = false;
                    holdsUntilMs = nowMs + idleTimeoutMs;
                } else {
                    vouchFor(pending.latestMs);
                }
                pending = null;
            }
        }

        /** Returns whether everything before an offset has been read. Nothing is before 0. */
        boolean hasRead(long offset) {
            return Math.max(0, position) >= offset;
        }

        boolean isAtEnd(long nowMs) {
            return !unreadable
                    && holdsUntilMs == NONE
                    && answeredAtMs != NONE
                    && nowMs - answeredAtMs <= ANSWER_VALID_MS
                    && hasRead(end);
        }

        long lag() {
            return end == UNKNOWN || position == UNKNOWN ? -1 : Math.max(0, end - position);
        }

        Hold.Reason why(long nowMs) {
            if (holdsUntilMs != NONE) {
                return Hold.Reason.RECOVERING;
            }
            if (!assigned) {
                return Hold.Reason.NOT_ASSIGNED;
            }
            if (answeredAtMs == NONE || nowMs - answeredAtMs > ANSWER_VALID_MS) {
                return Hold.Reason.NO_LEADER;
            }
            return stableEnd != UNKNOWN && position >= stableEnd && position < end
                    ? Hold.Reason.OPEN_TRANSACTION
                    : Hold.Reason.LAG;
        }
    }
}
