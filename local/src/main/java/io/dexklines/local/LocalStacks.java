package io.dexklines.local;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.replay.OwnStack;
import io.dexklines.local.replay.ReplayStack;
import io.dexklines.local.replay.ReplayStacks;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import io.dexklines.verifier.Cluster;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The stack that runs in the project's folder, and stacks that are started for a replay. */
final class LocalStacks implements ReplayStacks {

    /** How long a difference must last to count, longer than between two checkpoints. */
    private static final Duration SETTLE = Duration.ofSeconds(30);

    private final ProjectHome home;

    LocalStacks(ProjectHome home) {
        this.home = home;
    }

    @Override
    public Optional<ReplayStack> running() {
        Path folder = home.stackFolder();
        return RunningStack.in(folder).map(running -> new Running(running, folder));
    }

    @Override
    public OwnStack start(Path folder, PrintStream log) throws IOException {
        Stack stack = Stack.start(StackSettings.withoutSimulator(folder), home, false, log);
        return new Started(stack, new Running(stack.addresses(), folder), log);
    }

    /** A stack that runs. */
    private record Running(RunningStack stack, Path folder) implements ReplayStack {

        @Override
        public Brokers brokers() {
            return stack.brokers();
        }

        @Override
        public Set<String> chains(String topic) {
            return cluster().chains(topic);
        }

        @Override
        public Duration lateAfter() {
            return cluster().lateAfter();
        }

        @Override
        public Map<String, Instant> clocks() throws IOException, InterruptedException {
            return stack.clocks().times(Instant.now());
        }

        Cluster cluster() {
            return KlinesCommand.cluster(stack, folder);
        }
    }

    /** A stack that was started here. */
    private record Started(Stack stack, Running running, PrintStream log) implements OwnStack {

        @Override
        public Brokers brokers() {
            return running.brokers();
        }

        @Override
        public Set<String> chains(String topic) {
            return running.chains(topic);
        }

        @Override
        public Duration lateAfter() {
            return running.lateAfter();
        }

        @Override
        public Map<String, Instant> clocks() throws IOException, InterruptedException {
            return running.clocks();
        }

        @Override
        public Outcome outcome() throws InterruptedException {
            Verdict verdict =
                    Verification.run(
                            running.cluster(), Scope.ALL, SETTLE, VerifyProgress.inLines(log));
            return new Outcome() {
                @Override
                public List<String> lines() {
                    return verdict.lines();
                }

                @Override
                public boolean isGood() {
                    return verdict.isGood();
                }
            };
        }

        @Override
        public void close() {
            stack.close();
        }
    }
}
