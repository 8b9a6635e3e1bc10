package io.dexklines.bench.peers;

import java.time.Duration;
import java.util.List;

/**
 * What an engine costs while it works at full speed: between the first moment after the warm-up and
 * the last one before the end of the backlog. So neither the start nor the wait for a last
 * checkpoint counts.
 *
 * @param trades number of trades between the two moments
 * @param seconds time between them
 * @param cpuUs CPU time of the whole process, microseconds a trade
 * @param compilerUs the part of the just-in-time compiler
 * @param collectorUs the part of the garbage collector
 */
record SteadyState(
        double trades, double seconds, double cpuUs, double compilerUs, double collectorUs) {

    private static final double NANOS_IN_MICROS = 1e3;
    private static final double NANOS_IN_SECONDS = 1e9;

    /**
     * What precedes the first trade that counts. The end is what comes first, so that a slow engine
     * need not work for many minutes, in which its code has long been compiled.
     *
     * @param trades number of trades
     * @param time time since the first moment
     */
    record WarmUp(long trades, Duration time) {

        /** Returns whether the warm-up is over at a moment. */
        boolean isOver(Moment first, Moment now) {
            return now.trades() >= trades || now.nanos() - first.nanos() >= time.toNanos();
        }

        @Override
        public String toString() {
            return trades + " trades or " + time.toSeconds() + " s";
        }
    }

    /**
     * Returns the steady state within a run.
     *
     * @param moments in the order of time
     * @param total number of trades in the backlog
     * @throws IllegalStateException if there are no two moments between warm-up and end
     */
    static SteadyState of(List<Moment> moments, WarmUp warmUp, double total) {
        List<Moment> steady =
                moments.stream()
                        .filter(moment -> warmUp.isOver(moments.get(0), moment))
                        .filter(moment -> moment.trades() < total)
                        .toList();
        if (steady.size() < 2) {
            throw new IllegalStateException(
                    "%d of %d measurements are between the warm-up of %s and the end after %.0f trades: the backlog is too short"
                            .formatted(steady.size(), moments.size(), warmUp, total));
        }
        Moment from = steady.get(0);
        Moment to = steady.get(steady.size() - 1);
        double trades = to.trades() - from.trades();
        return new SteadyState(
                trades,
                (to.nanos() - from.nanos()) / NANOS_IN_SECONDS,
                to.cpu().minus(from.cpu()).toNanos() / NANOS_IN_MICROS / trades,
                to.compiler().minus(from.compiler()).toNanos() / NANOS_IN_MICROS / trades,
                to.collector().minus(from.collector()).toNanos() / NANOS_IN_MICROS / trades);
    }

    /** Returns the number of trades in each second. */
    double tradesPerSecond() {
        return trades / seconds;
    }
}
