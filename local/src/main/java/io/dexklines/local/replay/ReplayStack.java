package io.dexklines.local.replay;

import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** A stack whose job reads what is replayed. */
public interface ReplayStack {

    /** Returns the brokers, with the login of a user who can publish. */
    Brokers brokers();

    /** Returns the chains that the job expects on a topic; empty if it does not read the topic. */
    Set<String> chains(String topic);

    /**
     * Returns by how much the clock of a chain has to be ahead of a trade so that the job excludes
     * every such trade as late.
     */
    Duration lateAfter();

    /**
     * Returns the clocks of the job that have started, by chain id. They may be some seconds old.
     *
     * @throws IOException if the cluster does not answer
     */
    Map<String, Instant> clocks() throws IOException, InterruptedException;
}
