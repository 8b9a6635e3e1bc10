package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.operator.kline.Disagreement.Subject;
import io.dexklines.operator.kline.Scenario.FedRecord;
import io.dexklines.operator.kline.Scenario.Possible;
import io.dexklines.trade.PairSwaps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Feeds a scenario to an engine in a random interleaving and compares all output with the oracle
 * after every step. Everything is derived from the seed.
 *
 * <p>Records, times of chains, processing time, snapshots, crashes and changes of parallelism
 * alternate. Nothing is late because of the order in which splits are read, unless lateness is
 * possible. Then the times jump. {@link SourcesSimulation} has realistic times.
 *
 * <p>After a crash, the engine and the oracle return to the last snapshot. Later records are read
 * again, in another interleaving. Meanwhile klines close, but nothing ends.
 */
final class Simulation {

    private static final int MAX_RESTARTS = 4;

    private final Comparison comparison;
    private final Scenario scenario;
    private final Possible possible;
    private final Random random;

    private int[] read;
    private int[] everRead;
    private long[] newestReadMs;
    private long nowMs;
    private Comparison.Checkpoint lastCheckpoint;
    private int[] readAtCheckpoint;
    private int restarts;
    private boolean holdsAfterCrashes = true;

    Simulation(Engine engine, Scenario scenario, Possible possible, long seed) {
        this(engine, scenario, possible, seed, Set.of());
    }

    /**
     * @param ignored the subjects that are not checked
     */
    Simulation(
            Engine engine, Scenario scenario, Possible possible, long seed, Set<Subject> ignored) {
        this.comparison =
                new Comparison(
                        engine,
                        scenario.rules(),
                        scenario.liveIntervalMs(),
                        Scenario.CHAINS,
                        ignored);
        this.scenario = scenario;
        this.possible = possible;
        // a seed other than that of the scenario
        this.random = new Random(~seed);
        this.read = new int[scenario.splits().size()];
        this.everRead = new int[read.length];
        this.readAtCheckpoint = new int[read.length];
        this.newestReadMs = new long[read.length];
    }

    /** Lets times advance after a crash as if nothing had been counted before. */
    Simulation withoutHoldingAfterCrashes() {
        holdsAfterCrashes = false;
        return this;
    }

    /**
     * Runs to the end of the input.
     *
     * @throws Disagreement if the engine and the oracle disagree
     */
    void run() throws Exception {
        nowMs = 1_000_000 + random.nextInt(1000);
        restart();
        while (unread() > 0) {
            int step = random.nextInt(100);
            if (step < 55) {
                feed();
            } else if (step < 75) {
                advance();
            } else if (step < 93) {
                passTime(random.nextInt(4) == 0 ? random.nextInt(6000) : random.nextInt(400));
            } else if (possible.crashes()) {
                disturb(step);
            }
        }
        passTime(scenario.liveIntervalMs());
        comparison.finish();
        if (comparison.fedTrades() != scenario.fedTrades()) {
            throw new Disagreement(
                    Subject.LEDGER,
                    "%d trades to read, %d read",
                    scenario.fedTrades(),
                    comparison.fedTrades());
        }
        if (!possible.lateness() && comparison.countedTrades() != scenario.uniqueTrades()) {
            throw new Disagreement(
                    Subject.LEDGER,
                    "%d of %d trades are counted, and none was late",
                    comparison.countedTrades(),
                    scenario.uniqueTrades());
        }
    }

    private void disturb(int step) throws Exception {
        if (step < 97 || restarts == MAX_RESTARTS) {
            checkpoint();
            return;
        }
        restarts++;
        if (step < 98) {
            // stopped with a savepoint and started with another parallelism
            checkpoint();
        }
        restart();
    }

    private void feed() throws Exception {
        int split = random.nextInt(read.length);
        List<FedRecord> records = scenario.splits().get(split);
        while (read[split] == records.size()) {
            split = (split + 1) % read.length;
            records = scenario.splits().get(split);
        }
        FedRecord record = records.get(read[split]++);
        everRead[split] = Math.max(everRead[split], read[split]);
        for (PairSwaps batch : record.batches()) {
            comparison.trades(batch);
        }
        newestReadMs[split] = Math.max(newestReadMs[split], record.newestMs());
    }

    /** Advances the time of one chain, or of all by a watermark. */
    private void advance() throws Exception {
        long lateMs = isReplaying() ? ChainTime.NOT_STARTED : nextTimeMs();
        if (random.nextInt(4) == 0) {
            if (lateMs > 0) {
                comparison.watermark(lateMs);
            }
            return;
        }
        long closingMs = nextTimeMs();
        if (closingMs > 0 && random.nextInt(4) == 0) {
            // the chain is quiet, and closed by the wall clock
            closingMs += random.nextInt(200_000);
        }
        String chain = Scenario.CHAINS.get(random.nextInt(Scenario.CHAINS.size()));
        comparison.time(chain, new ChainTime(lateMs, Math.max(lateMs, closingMs)));
    }

    private boolean isReplaying() {
        for (int split = 0; split < read.length; split++) {
            if (holdsAfterCrashes && read[split] < everRead[split]) {
                return true;
            }
        }
        return false;
    }

    /** Returns the lowest time of the splits that are neither left out nor ended. */
    private long nextTimeMs() {
        long least = Long.MAX_VALUE;
        for (int split = 0; split < read.length; split++) {
            boolean ended = read[split] == scenario.splits().get(split).size();
            boolean leftOut = possible.lateness() && random.nextInt(10) == 0;
            if (!ended && !leftOut) {
                least =
                        Math.min(
                                least,
                                newestReadMs[split] == Long.MIN_VALUE
                                        ? Long.MIN_VALUE
                                        : newestReadMs[split] - scenario.disorderMs() - 1);
            }
        }
        if (possible.lateness() && random.nextInt(25) == 0 && least > 0) {
            least = Math.min(least, Long.MAX_VALUE / 2) + random.nextInt(100_000);
        }
        return least >= Long.MAX_VALUE / 2 ? ChainTime.NOT_STARTED : least;
    }

    private void passTime(long ms) throws Exception {
        nowMs += ms;
        comparison.passTime(nowMs);
    }

    private void checkpoint() throws Exception {
        lastCheckpoint = comparison.checkpoint();
        readAtCheckpoint = read.clone();
    }

    private void restart() throws Exception {
        read = readAtCheckpoint.clone();
        Arrays.fill(newestReadMs, Long.MIN_VALUE);
        nowMs += random.nextInt(10_000);
        // low parallelism more often: subtasks without a pair show little and cost as much
        int parallelism = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        comparison.start(lastCheckpoint, parallelism, nowMs);
    }

    private int unread() {
        int unread = 0;
        for (int split = 0; split < read.length; split++) {
            unread += scenario.splits().get(split).size() - read[split];
        }
        return unread;
    }
}
