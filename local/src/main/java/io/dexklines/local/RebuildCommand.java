package io.dexklines.local;

import io.dexklines.local.stack.JobJar;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code klines rebuild}: fills one destination of the job from another. */
@Command(
        name = "rebuild",
        description = "Fills one destination of the job from another.",
        mixinStandardHelpOptions = true,
        subcommands = RebuildCommand.Redis.class)
public final class RebuildCommand implements Runnable {

    private static final String REDIS_REBUILD = "io.dexklines.job.rebuild.RedisRebuild";

    private final ProjectHome home;

    @Spec private CommandSpec spec;

    /**
     * @param home whose job jar does the work
     */
    public RebuildCommand(ProjectHome home) {
        this.home = home;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which destination?");
    }

    /** {@code klines rebuild redis}: 0 when Redis holds what MySQL does, 1 if not. */
    @Command(
            name = "redis",
            description = {
                "Fills Redis from MySQL: of each pair and interval the newest 1500 klines, by the"
                        + " script by which the job puts them."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The job may run meanwhile, and to repeat it is harmless. docs/redis-from-mysql.md"
                        + " says when it is needed, and how it is run on a cluster."
            })
    static final class Redis implements Callable<Integer> {

        @ParentCommand private RebuildCommand parent;

        @Mixin private StackFolderOption stack;

        @Option(
                names = "--force",
                description =
                        "Overwrites whatever version Redis holds; without it a newer one stays.")
        private boolean force;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Path folder = stack.folder(parent.home);
            if (RunningStack.in(folder).isEmpty()) {
                spec.commandLine().getErr().println("klines: no stack is up in " + folder);
                return ExitCode.SOFTWARE;
            }
            List<String> arguments = new ArrayList<>();
            arguments.add("--config");
            arguments.add(folder.resolve("job.properties").toString());
            if (force) {
                arguments.add("--force");
            }
            return JobJar.run(parent.home, folder.resolve("rebuild"), REDIS_REBUILD, arguments);
        }
    }
}
