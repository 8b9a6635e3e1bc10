package io.dexklines.relay.resume;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the stores what resumptions need, on threads that may block. Clients take turns, and
 * each may ask only for so much. Thread-safe.
 */
public final class ResumeReader {

    private static final Logger LOG = LoggerFactory.getLogger(ResumeReader.class);

    /** How long the stores may take. */
    private static final long DEADLINE_MS = 10_000;

    /** Threads that may block, and what each client may ask them for. */
    public interface Queries {

        /**
         * Runs a task on a thread that may block, unless the client has asked for too much.
         *
         * @param client the name of the client
         * @param requests how many requests the task counts as
         * @return whether the task runs, now or later
         */
        boolean run(String client, int requests, Runnable task);
    }

    private final Queries queries;
    private final Past past;

    /**
     * @param past what is read
     */
    public ResumeReader(Queries queries, Past past) {
        this.queries = queries;
        this.past = past;
    }

    /**
     * Reads asynchronously.
     *
     * @param client the name of the client
     * @param needed what to read
     * @param answered called on any thread with an answer for each query, in their order
     * @return what cancels the reading; null if the client has asked for too much
     */
    public Runnable read(
            String client,
            List<Resumption.Query> needed,
            Consumer<List<Resumption.Answer>> answered) {
        Cancellation cancellation = Cancellation.after(DEADLINE_MS);
        boolean runs =
                queries.run(
                        client,
                        needed.size(),
                        () -> answered.accept(answers(needed, cancellation)));
        return runs ? cancellation::cancel : null;
    }

    private List<Resumption.Answer> answers(
            List<Resumption.Query> needed, Cancellation cancellation) {
        List<Resumption.Answer> answers = new ArrayList<>();
        for (Resumption.Query query : needed) {
            answers.add(answer(query, cancellation));
        }
        return answers;
    }

    private Resumption.Answer answer(Resumption.Query query, Cancellation cancellation) {
        try {
            cancellation.check();
            return query.run(past, cancellation);
        } catch (QueryEndedException e) {
            return nowMs -> {
                throw ResumeException.unavailable("the stores took too long");
            };
        } catch (RuntimeException e) {
            LOG.error("reading what a client missed failed", e);
            return nowMs -> {
                throw ResumeException.unavailable("an internal error");
            };
        }
    }
}
