package io.dexklines.job.sink;

/**
 * A destination of the job's results, which attaches itself to the streams that it writes and owns
 * the uids of its operators.
 */
@FunctionalInterface
public interface JobSink {

    /** Attaches the sink's operators, each with its name and uid. */
    void attach(Results results);

    /** Returns a sink that writes nothing, for a destination that is not configured. */
    static JobSink none() {
        return results -> {};
    }
}
