package io.dexklines.relay.stream;

import java.util.List;

/** The subscribers that one thread serves, as the hub sees them. */
public interface Lane {

    /**
     * Runs {@code task} on the lane's thread: later, never at once, and after all tasks given
     * before. Must not block: the hub's lock is held.
     */
    void execute(Runnable task);

    /**
     * Hands the events, in their order, to whoever subscribes to them. On the lane's thread only.
     */
    void deliver(List<StreamEvent> events);
}
