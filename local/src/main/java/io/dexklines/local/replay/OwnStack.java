package io.dexklines.local.replay;

import java.util.List;

/** A stack that is started for one replay. */
public interface OwnStack extends ReplayStack, AutoCloseable {

    /** What the job made of the records. */
    interface Outcome {

        /** Returns how many entries were counted or excluded for which reason, for people. */
        List<String> lines();

        /** Returns whether every entry is accounted for and every sink is right. */
        boolean isGood();
    }

    /**
     * Waits until the job has processed what was published, and recomputes it.
     *
     * @throws io.dexklines.verifier.VerificationException if a server does not answer or the job
     *     does not progress
     */
    Outcome outcome() throws InterruptedException;

    /** Stops the stack. Its state stays in its folder. */
    @Override
    void close();
}
