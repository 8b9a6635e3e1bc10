package io.dexklines.local;

import io.dexklines.local.stack.JavaCommand;
import io.dexklines.local.stack.JobConfig;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code klines rebuild}, which fills one of the job's stores from another. */
@Command(
        name = "rebuild",
        description = "Fills one of the job's stores from another.",
        mixinStandardHelpOptions = true)
public final class RebuildCommand {

    private static final String REDIS_REBUILD = "io.dexklines.job.rebuild.RedisRebuild";
    private static final String MYSQL_REBUILD = "io.dexklines.job.rebuild.MySqlRebuild";

    private final ProjectHome home;

    public RebuildCommand(ProjectHome home) {
        this.home = home;
    }

    /** Runs {@code klines rebuild redis}. Returns 0 if Redis has the klines of MySQL. */
    @Command(
            name = "redis",
            description =
                    "Fills Redis from MySQL with the newest klines of each pair and interval, as many"
                            + " as it keeps (1500), by the same script as the job.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The job may run meanwhile, and repeating the command is harmless."
                        + " docs/redis-from-mysql.md says when it is needed and how to run it on a"
                        + " cluster."
            })
    int redis(
            @Mixin StackFolderOption stack,
            @Option(
                            names = "--force",
                            description =
                                    "Overwrite every version in Redis (default: newer versions"
                                            + " stay).")
                    boolean force)
            throws IOException, InterruptedException {
        stack.running();
        Path folder = stack.folder();
        List<String> arguments = new ArrayList<>();
        arguments.add("--config");
        arguments.add(JobConfig.file(folder).toString());
        if (force) {
            arguments.add("--force");
        }
        return JavaCommand.runFromJobJar(home, folder.resolve("rebuild"), REDIS_REBUILD, arguments);
    }

    /**
     * Runs {@code klines rebuild mysql}. Returns 0 if the servers have the rows of the former ones.
     */
    @Command(
            name = "mysql",
            description =
                    "Copies to the servers of mysql.url what they lack of the servers of"
                            + " mysql.former-url.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "The job runs meanwhile and writes to both lists. Repeating the command is"
                        + " harmless. docs/scaling.md has all steps."
            })
    int mysql(
            @Option(
                            names = "--config",
                            required = true,
                            paramLabel = "FILE",
                            description = "The job's own properties.")
                    Path config)
            throws IOException, InterruptedException {
        return JavaCommand.runFromJobJar(
                home,
                home.stackFolder().resolve("rebuild"),
                MYSQL_REBUILD,
                List.of("--config", config.toString()));
    }
}
