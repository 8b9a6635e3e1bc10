package io.dexklines.local.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** A process of a {@link FlinkCluster}: a JobManager, a TaskManager or its ZooKeeper. */
final class FlinkProcess extends EmbeddedServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(240);

    private final Supplier<ServerProcess.Command> command;
    private final Readiness.Probe probe;

    /**
     * @param command returns the command of the next start
     * @param probe whether the cluster and the process know each other
     */
    FlinkProcess(
            String name,
            Path folder,
            int port,
            Supplier<ServerProcess.Command> command,
            Readiness.Probe probe) {
        super(name, folder, port, START_TIMEOUT);
        this.command = command;
        this.probe = probe;
    }

    @Override
    ServerProcess.Command command(String serverName) {
        return command.get();
    }

    @Override
    boolean answers() throws Exception {
        return probe.isReady();
    }
}
