package io.dexklines.local;

import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code klines status}: 0 if the stack is up, 1 if not. */
@Command(
        name = "status",
        description = "Says where everything is and how the job does.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    private static final String UNREACHABLE = "UNREACHABLE";

    private final ProjectHome home;

    @Mixin private StackFolderOption stack;

    @Option(names = "--json", description = "As one JSON object, for scripts.")
    private boolean json;

    @Spec private CommandSpec spec;

    StatusCommand(ProjectHome home) {
        this.home = home;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path folder = stack.folder(home);
        Optional<RunningStack> running = RunningStack.in(folder);
        if (running.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            RunningStack.process(folder).isPresent()
                                    ? "klines: the stack is starting"
                                    : "klines: no stack is up in " + folder);
            return ExitCode.SOFTWARE;
        }
        print(running.get(), job(running.get()));
        return ExitCode.OK;
    }

    private void print(RunningStack running, FlinkJob job) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(running.json(job));
        } else {
            out.println("relay     " + running.relay());
            out.println("Flink UI  " + running.flink());
            out.println("MySQL     " + running.mysql());
            out.println("Redis     " + running.redis());
            out.println("Kafka     " + running.kafka());
            out.printf(
                    "job       %s, %d restarts, %d checkpoints (%s)%n",
                    job.state(), job.restarts(), job.checkpoints(), job.id());
        }
        out.flush();
    }

    private static FlinkJob job(RunningStack running) throws InterruptedException {
        try {
            return running.job();
        } catch (IOException e) {
            // the JobManager may be on its way back
            return new FlinkJob(running.jobId(), UNREACHABLE, 0, 0);
        }
    }
}
