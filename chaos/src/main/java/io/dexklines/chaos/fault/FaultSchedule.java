package io.dexklines.chaos.fault;

import io.dexklines.chaos.cluster.ChaosCluster.Layout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The faults of a run. The same seed, length, kinds and layout always give the same schedule, but
 * not the same moments within the processes.
 *
 * <p>Each part of the cluster has a fault, a while without one, the next, and so on, independently
 * of the other parts. Every kind has its turn before one of the same part comes again.
 *
 * @param seed what it was made from
 * @param faults in the order in which they begin
 */
public record FaultSchedule(long seed, List<PlannedFault> faults) {

    /** The topics of trades, of which {@link FaultKind#PARTITION_ADDED} names one. */
    static final List<String> TRADE_TOPICS = List.of("sol-trades", "bsc-trades", "evm-trades-v4");

    /** At the beginning and the end nothing happens. */
    private static final long CALM_MS = 10_000;

    /** How long a part of the cluster is without a fault; a job needs that long to recover. */
    private static final long MIN_PAUSE_MS = 15_000;

    private static final long MAX_PAUSE_MS = 40_000;

    public FaultSchedule {
        faults = List.copyOf(faults);
    }

    /**
     * Makes a schedule.
     *
     * @param length from the beginning of the run to its end
     * @param kinds those that may happen
     * @param layout the processes that there are
     */
    public static FaultSchedule of(
            long seed, Duration length, Set<FaultKind> kinds, Layout layout) {
        Random random = new Random(seed);
        List<PlannedFault> faults = new ArrayList<>();
        for (Zone zone : Zone.values()) {
            List<FaultKind> own =
                    kinds.stream().filter(kind -> kind.zone() == zone).sorted().toList();
            if (!own.isEmpty()) {
                addFaults(faults, own, length.toMillis() - CALM_MS, layout, random);
            }
        }
        faults.sort(Comparator.comparingLong(PlannedFault::atMs));
        letEachRescaleChangeTheParallelism(faults, layout);
        return new FaultSchedule(seed, faults);
    }

    private static void letEachRescaleChangeTheParallelism(
            List<PlannedFault> faults, Layout layout) {
        int parallelism = layout.parallelism();
        for (int i = 0; i < faults.size(); i++) {
            PlannedFault fault = faults.get(i);
            if (fault.kind() == FaultKind.RESCALED) {
                int drawn = fault.target();
                parallelism = drawn == parallelism ? drawn % slots(layout) + 1 : drawn;
                faults.set(
                        i,
                        new PlannedFault(
                                fault.atMs(), fault.kind(), parallelism, fault.lengthMs()));
            }
        }
    }

    private static int slots(Layout layout) {
        return layout.taskManagers() * layout.slots();
    }

    private static void addFaults(
            List<PlannedFault> faults,
            List<FaultKind> kinds,
            long endMs,
            Layout layout,
            Random random) {
        Deque<FaultKind> turns = new ArrayDeque<>();
        long atMs = CALM_MS + between(0, MIN_PAUSE_MS, random);
        while (true) {
            if (turns.isEmpty()) {
                List<FaultKind> shuffled = new ArrayList<>(kinds);
                Collections.shuffle(shuffled, random);
                turns.addAll(shuffled);
            }
            FaultKind kind = turns.pop();
            long lengthMs = between(kind.minSeconds() * 1_000L, kind.maxSeconds() * 1_000L, random);
            int target = target(kind, layout, random);
            if (atMs + lengthMs > endMs) {
                return;
            }
            faults.add(new PlannedFault(atMs, kind, target, lengthMs));
            atMs += lengthMs + between(MIN_PAUSE_MS, MAX_PAUSE_MS, random);
        }
    }

    private static int target(FaultKind kind, Layout layout, Random random) {
        if (kind.role() != null) {
            return random.nextInt(layout.count(kind.role()));
        }
        return switch (kind) {
            case RESCALED -> 1 + random.nextInt(slots(layout));
            case PARTITION_ADDED -> random.nextInt(TRADE_TOPICS.size());
            case REDIS_DOWN, REDIS_BACK_IN_TIME -> random.nextInt(layout.redisMasters());
            default -> 0;
        };
    }

    private static long between(long first, long last, Random random) {
        return first + (long) (random.nextDouble() * (last - first + 1));
    }
}
