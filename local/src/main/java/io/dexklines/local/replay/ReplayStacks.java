package io.dexklines.local.replay;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** The stacks that a replay can publish to. */
public interface ReplayStacks {

    /** Returns the stack that is running; empty if none is. */
    Optional<ReplayStack> running();

    /**
     * Starts a stack without a simulator on free ports, and returns once its job is running.
     *
     * @param folder receives its state; without the state of another one
     * @param log receives a line for each step
     */
    OwnStack start(Path folder, PrintStream log) throws IOException;
}
