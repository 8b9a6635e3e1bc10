package io.dexklines.local;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.JobStatus;
import io.dexklines.local.stack.RunningStack;
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
        description = {
            "Prints the addresses of the stack, the state of the job, what it reads, the clocks of"
                    + " the chains, what waits for the stores and what the job found in them.",
            "If something is wrong, a hint says where to look."
        },
        mixinStandardHelpOptions = true,
        exitCodeList = "1:No stack is up.")
final class StatusCommand implements Callable<Integer> {

    @Mixin private StackFolderOption stack;

    @Option(names = "--json", description = "Print one JSON object, for scripts.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunningStack running = stack.running(ExitStatus.NO);
        JobStatus status = running.status();
        if (json) {
            System.out.println(running.json(status));
            return ExitCode.OK;
        }
        System.out.printf(
                """
                relay     %s, metrics at %s/metrics
                Flink UI  %s  (`klines ui` prints a link)
                MySQL     %s
                Redis     %s
                Kafka     %s
                logs      in %s  (`klines logs` lists them)
                """,
                running.relay(),
                running.relayAdmin(),
                running.flinkUi(),
                running.mysql(),
                running.redis(),
                running.kafka(),
                stack.folder());
        running.monitoringLines().forEach(System.out::println);
        Instant now = Instant.now();
        status.lines(now).forEach(System.out::println);
        status.hints(now).forEach(hint -> System.out.println("hint      " + hint));
        return ExitCode.OK;
    }
}
