package io.dexklines.local;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.stack.JobClocks;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.StoreBacklogs;
import io.dexklines.local.stack.StoreChecks;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code klines status}. The exit status is 0 if the stack is up, and 1 if not. */
@Command(
        name = "status",
        description =
                "Prints the addresses of the stack, the state of the job, the clocks of the chains,"
                        + " what waits for the stores and what the job found in them.",
        mixinStandardHelpOptions = true,
        exitCodeList = "1:No stack is up.")
final class StatusCommand implements Callable<Integer> {

    private static final String UNREACHABLE = "UNREACHABLE";

    @Mixin private StackFolderOption stack;

    @Option(names = "--json", description = "Print one JSON object, for scripts.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunningStack running = stack.running(ExitStatus.NO);
        FlinkJob job = job(running);
        JobClocks clocks = clocks(running);
        StoreBacklogs backlogs = backlogs(running);
        StoreChecks checks = checks(running);
        if (json) {
            System.out.println(running.json(job, clocks, backlogs, checks));
        } else {
            System.out.printf(
                    """
                    relay     %s, metrics at %s/metrics
                    Flink UI  %s  (`klines ui` prints a link)
                    MySQL     %s
                    Redis     %s
                    Kafka     %s
                    job       %s, %d restarts, %d checkpoints (%s)
                    """,
                    running.relay(),
                    running.relayAdmin(),
                    running.flinkUi(),
                    running.mysql(),
                    running.redis(),
                    running.kafka(),
                    job.state(),
                    job.restarts(),
                    job.checkpoints(),
                    job.id());
            clocks.lines(Instant.now()).forEach(System.out::println);
            backlogs.lines().forEach(System.out::println);
            checks.lines().forEach(System.out::println);
        }
        return ExitCode.OK;
    }

    private static FlinkJob job(RunningStack running) throws InterruptedException {
        try {
            return running.job();
        } catch (IOException e) {
            // the stack may be restarting the JobManager
            return new FlinkJob(running.jobId(), UNREACHABLE, 0, 0, 0);
        }
    }

    private static JobClocks clocks(RunningStack running) throws InterruptedException {
        try {
            return running.clocks();
        } catch (IOException e) {
            // as above
            return JobClocks.NONE;
        }
    }

    private static StoreBacklogs backlogs(RunningStack running) throws InterruptedException {
        try {
            return running.backlogs();
        } catch (IOException e) {
            // as above
            return StoreBacklogs.NONE;
        }
    }

    private static StoreChecks checks(RunningStack running) throws InterruptedException {
        try {
            return running.checks();
        } catch (IOException e) {
            // as above
            return StoreChecks.NONE;
        }
    }
}
