package io.dexklines.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.cluster.ChaosCluster.Layout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

    private static final Duration LENGTH = Duration.ofMinutes(10);
    private static final long SEEDS = 300;

    @Test
    void aSeedAlwaysGivesTheSameFaults() {
        assertThat(of(7, Layout.full())).isEqualTo(of(7, Layout.full()));
        assertThat(of(7, Layout.full()).faults()).isNotEqualTo(of(8, Layout.full()).faults());
    }

    /** What a seed means may change between releases, but not unnoticed. */
    @Test
    void aSeedThatWasPrintedNamesTheseFaults() {
        FaultSchedule schedule =
                FaultSchedule.of(
                        1,
                        Duration.ofMinutes(2),
                        EnumSet.of(FaultKind.BROKER_KILLED, FaultKind.MYSQL_SUSPENDED),
                        Layout.full());

        assertThat(schedule.faults())
                .containsExactly(
                        new PlannedFault(18_311, FaultKind.MYSQL_SUSPENDED, 0, 30_000),
                        new PlannedFault(20_963, FaultKind.BROKER_KILLED, 2, 13_482),
                        new PlannedFault(50_350, FaultKind.BROKER_KILLED, 1, 20_448),
                        new PlannedFault(73_240, FaultKind.MYSQL_SUSPENDED, 0, 30_000));
    }

    @Test
    void everyKindOfFaultHasItsTurnInTenMinutes() {
        Set<FaultKind> expected = EnumSet.allOf(FaultKind.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            Set<FaultKind> seen =
                    of(seed, Layout.full()).faults().stream()
                            .map(PlannedFault::kind)
                            .collect(Collectors.toCollection(TreeSet::new));

            assertThat(seen).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void allFaultsAreMendedBeforeTheEnd() {
        for (long seed = 0; seed < SEEDS; seed++) {
            List<PlannedFault> faults = of(seed, Layout.full()).faults();

            assertThat(faults)
                    .as("seed %d", seed)
                    .isSortedAccordingTo(Comparator.comparingLong(PlannedFault::atMs))
                    .allMatch(fault -> fault.atMs() >= 10_000)
                    .allMatch(fault -> fault.atMs() + fault.lengthMs() <= 590_000);
        }
    }

    @Test
    void aPartOfTheClusterRecoversBeforeItsNextFault() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Map<Zone, Long> endMs = new EnumMap<>(Zone.class);
            for (PlannedFault fault : of(seed, Layout.full()).faults()) {
                Zone zone = fault.kind().zone();
                assertThat(fault.atMs())
                        .as("seed %d, %s", seed, fault)
                        .isGreaterThanOrEqualTo(endMs.getOrDefault(zone, 0L));
                endMs.put(zone, fault.atMs() + fault.lengthMs() + 15_000);
            }
        }
    }

    /** A TaskManager dies while a store is down, for example. */
    @Test
    void faultsOfDifferentPartsOverlap() {
        long overlapping =
                LongStream.range(0, SEEDS)
                        .filter(seed -> hasOverlap(of(seed, Layout.full()).faults()))
                        .count();

        assertThat(overlapping).isEqualTo(SEEDS);
    }

    private static boolean hasOverlap(List<PlannedFault> faults) {
        for (int i = 1; i < faults.size(); i++) {
            PlannedFault former = faults.get(i - 1);
            if (faults.get(i).atMs() < former.atMs() + former.lengthMs()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyRescaleChangesTheParallelism() {
        for (Layout layout : List.of(Layout.small(), Layout.full())) {
            for (long seed = 0; seed < SEEDS; seed++) {
                int parallelism = layout.parallelism();
                for (PlannedFault fault : of(seed, layout).faults()) {
                    if (fault.kind() == FaultKind.RESCALED) {
                        assertThat(fault.target())
                                .as("seed %d, %s, %s", seed, fault, layout)
                                .isNotEqualTo(parallelism);
                        parallelism = fault.target();
                    }
                }
            }
        }
    }

    @Test
    void everyTargetExists() {
        for (Layout layout : List.of(Layout.small(), Layout.full())) {
            for (long seed = 0; seed < SEEDS; seed++) {
                for (PlannedFault fault : of(seed, layout).faults()) {
                    assertThat(fault.target())
                            .as("seed %d, %s, %s", seed, fault, layout)
                            .isBetween(
                                    fault.kind() == FaultKind.RESCALED ? 1 : 0,
                                    lastTarget(fault.kind(), layout));
                }
            }
        }
    }

    private static int lastTarget(FaultKind kind, Layout layout) {
        return switch (kind) {
            case RESCALED -> layout.taskManagers() * layout.slots();
            case PARTITION_ADDED -> 2;
            case REDIS_DOWN, REDIS_BACK_IN_TIME -> layout.redisMasters() - 1;
            default -> kind.role() == null ? 0 : layout.count(kind.role()) - 1;
        };
    }

    @Test
    void everyProcessIsATargetOfSomeSeed() {
        for (FaultKind kind : FaultKind.values()) {
            int last = lastTarget(kind, Layout.full());
            Set<Integer> targets =
                    LongStream.range(0, SEEDS)
                            .boxed()
                            .flatMap(seed -> of(seed, Layout.full()).faults().stream())
                            .filter(fault -> fault.kind() == kind)
                            .map(PlannedFault::target)
                            .collect(Collectors.toSet());

            assertThat(targets).as("%s", kind).contains(last);
        }
    }

    @Test
    void aKindThatIsNotAskedForDoesNotHappen() {
        FaultSchedule schedule =
                FaultSchedule.of(3, LENGTH, EnumSet.of(FaultKind.RELAY_DOWN), Layout.small());

        assertThat(schedule.faults())
                .isNotEmpty()
                .allMatch(fault -> fault.kind() == FaultKind.RELAY_DOWN);
        assertThat(
                        FaultSchedule.of(
                                        3,
                                        Duration.ofSeconds(5),
                                        EnumSet.copyOf(Arrays.asList(FaultKind.values())),
                                        Layout.small())
                                .faults())
                .isEmpty();
    }

    private static FaultSchedule of(long seed, Layout layout) {
        return FaultSchedule.of(seed, LENGTH, EnumSet.allOf(FaultKind.class), layout);
    }
}
