package io.dexklines.chaos;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.fault.FaultInjector;
import io.dexklines.chaos.fault.FaultKind;
import io.dexklines.chaos.fault.FaultRecord;
import io.dexklines.chaos.fault.FaultSchedule;
import io.dexklines.chaos.fault.PlannedFault;
import io.dexklines.chaos.input.ChaosInput;
import io.dexklines.chaos.verdict.Verdict;
import io.dexklines.local.stack.StackException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A run in which the job of this build continues from the savepoint of a former release, while
 * trades arrive. A TaskManager is killed before the job's first checkpoint is complete, and again
 * in the middle of a later one.
 *
 * <p>The trades of the savepoint are the first ones in the topics. What the former release had
 * written of them is written by the job of this build, which starts without state and is stopped
 * when all sinks are verified. So the whole verification applies, and these trades, too, must be
 * counted once.
 */
final class Upgrade {

    private static final Duration FORMER_SETTLES = Duration.ofSeconds(30);
    private static final Duration RESTORED_WITHIN = Duration.ofMinutes(2);
    private static final long POLL_MS = 50;

    /** A savepoint may be restored years after it was taken. */
    private static final String FOREVER = "36500 d";

    private final ChaosRun.Settings settings;
    private final ChaosRun steps;

    private Upgrade(ChaosRun.Settings settings, PrintStream log) {
        this.settings = settings;
        this.steps = new ChaosRun(settings, log);
    }

    /**
     * Carries out the run, and returns the report; its last line is that of the verdict.
     *
     * @param savepoint one of those that {@link FormerRelease} knows
     * @param log receives a line for each step
     */
    static List<String> run(ChaosRun.Settings settings, Path savepoint, PrintStream log)
            throws Exception {
        return new Upgrade(
                        settings.withJob("smart-money.remember-trades", FOREVER)
                                .withJob("smart-money.remember-first-buys", FOREVER),
                        log)
                .run(savepoint);
    }

    private List<String> run(Path savepoint) throws Exception {
        try (ChaosCluster cluster = steps.startCluster()) {
            FormerRelease former = new FormerRelease(cluster.brokers());
            former.publishBefore();
            steps.submit(cluster);
            if (!ChaosRun.verified(steps.verify(cluster, FORMER_SETTLES)).isGood()) {
                throw new StackException("the trades of the savepoint are not in the stores");
            }
            cluster.stopWithSavepoint();
            former.publishAfter();
            try (ChaosInput input = ChaosInput.start(cluster.brokers(), steps.input())) {
                steps.log("trades arrive");
                cluster.resubmit(savepoint, settings.layout().parallelism());
                steps.log("the job continues from %s", savepoint);
                try (Watchers watchers =
                        Watchers.start(cluster, steps.input(), settings.folder())) {
                    List<FaultRecord> faults = faults(cluster);
                    steps.awaitSinceStart(settings.length());
                    steps.awaitEnd(cluster, input);
                    return Verdict.of(
                                    steps.evidence(
                                            cluster,
                                            FormerRelease.and(ChaosRun.sent(input.ledger())),
                                            faults,
                                            watchers))
                            .lines();
                }
            }
        }
    }

    /** Kills a TaskManager before the first checkpoint is complete, and one during a later one. */
    private List<FaultRecord> faults(ChaosCluster cluster) throws Exception {
        awaitTasks(cluster);
        FaultInjector injector =
                new FaultInjector(cluster, fault -> steps.log("%s", ChaosRun.text(fault)));
        List<FaultRecord> faults =
                new ArrayList<>(injector.run(one(FaultKind.TASK_MANAGER_KILLED)));
        boolean again =
                cluster.rest()
                        .get("/jobs/" + cluster.jobId() + "/checkpoints")
                        .at("/latest/restored/is_savepoint")
                        .asBoolean();
        steps.log("the job restarted from %s", again ? "the savepoint again" : "a checkpoint");
        faults.addAll(injector.run(one(FaultKind.TASK_MANAGER_KILLED_IN_CHECKPOINT)));
        return faults;
    }

    private FaultSchedule one(FaultKind kind) {
        return new FaultSchedule(settings.seed(), List.of(new PlannedFault(0, kind, 0, 0)));
    }

    private static void awaitTasks(ChaosCluster cluster) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + RESTORED_WITHIN.toNanos();
        while (!cluster.rest().allTasksRun(cluster.jobId())) {
            if (System.nanoTime() > deadlineNs) {
                throw new StackException("the job does not run with the state of the savepoint");
            }
            Thread.sleep(POLL_MS);
        }
    }
}
