package io.dexklines.relay.subscribe;

import io.dexklines.relay.resume.ResumeException;
import io.dexklines.relay.resume.Resumption;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The resumptions that a client asks for in one request. They begin together: either all of them or
 * none. What is live on their streams is passed on when all of them have read what they need, so
 * that the klines of a pair still belong together.
 *
 * <p>Not thread-safe: one thread calls it.
 */
final class Resuming {

    /** How long a store has to catch up before it is read again. */
    static final long RETRY_MS = 250;

    /** How long a client waits that has asked for too much. */
    static final long BUSY_RETRY_MS = 1_000;

    /** The connection. */
    interface Client {

        /**
         * Reads from the stores.
         *
         * @param answered is called by the thread of the connection
         * @return what cancels the reading; null if the client has asked for too much
         */
        Runnable read(List<Resumption.Query> queries, Consumer<List<Resumption.Answer>> answered);

        /** Runs a task after a time, by the thread of the connection. */
        void after(long ms, Runnable task);

        /** Returns the wall clock, epoch milliseconds. */
        long nowMs();

        /** Called once, when it is certain that all streams begin. */
        void begun();

        /** Called at most once, instead of {@link #begun}. No stream begins. */
        void refused(StreamName stream, ResumeException e);

        /** Called if a stream that has begun cannot go on. */
        void ended(StreamName stream, ResumeException e);

        /** Sends messages of the past, and calls {@link Resuming#drained} when they are sent. */
        void sendPast(List<StreamEvent> past);

        /** Sends messages that were live, behind those of the past. */
        void sendBuffered(List<Emission> emissions);
    }

    private final Map<String, Resumption> unfinished = new LinkedHashMap<>();
    private final List<Resumption> all;
    private final Client client;

    /** What was read before all streams began. */
    private final List<StreamEvent> waiting = new ArrayList<>();

    private Runnable cancelReading = () -> {};
    private boolean hasBegun;
    private boolean awaitsDrain;
    private boolean hasEnded;

    Resuming(List<Resumption> resumptions, Client client) {
        this.all = new ArrayList<>(resumptions);
        this.client = client;
        resumptions.forEach(each -> unfinished.put(each.stream().text(), each));
    }

    /** Begins to read. Everything that is published later goes to the resumptions. */
    void begin(Map<StreamName, Held> held) {
        if (hasEnded) {
            return;
        }
        all.forEach(each -> each.begin(held.getOrDefault(each.stream(), Held.NOTHING)));
        read();
    }

    private void read() {
        if (hasEnded) {
            return;
        }
        if (unfinished.isEmpty()) {
            accept(List.of(), List.of()); // the client has unsubscribed from the last one
            return;
        }
        long nowMs = client.nowMs();
        List<Resumption> asked = List.copyOf(unfinished.values());
        Runnable cancel =
                client.read(
                        asked.stream().map(each -> each.query(nowMs)).toList(),
                        answers -> accept(asked, answers));
        if (cancel != null) {
            cancelReading = cancel;
        } else if (hasBegun) {
            client.after(BUSY_RETRY_MS, this::read);
        } else {
            fail(asked.get(0), ResumeException.tooMany());
        }
    }

    private void accept(List<Resumption> asked, List<Resumption.Answer> answers) {
        cancelReading = () -> {};
        boolean isBehind = false;
        for (int index = 0; index < asked.size() && !hasEnded; index++) {
            Resumption resumption = asked.get(index);
            if (unfinished.containsKey(resumption.stream().text())) {
                accept(resumption, answers.get(index));
                isBehind |= resumption.isBehind();
            }
        }
        if (hasEnded) {
            return;
        }
        if (!hasBegun && !isBehind) {
            hasBegun = true;
            client.begun();
        }
        if (hasBegun) {
            awaitsDrain = !isBehind && !unfinished.isEmpty();
            List<StreamEvent> past = List.copyOf(waiting);
            waiting.clear();
            client.sendPast(past);
        }
        if (isBehind) {
            client.after(RETRY_MS, this::read);
        }
        releaseIfDone();
    }

    private void accept(Resumption resumption, Resumption.Answer answer) {
        try {
            waiting.addAll(answer.accept(client.nowMs()));
            if (resumption.isComplete()) {
                unfinished.remove(resumption.stream().text());
            }
        } catch (ResumeException e) {
            fail(resumption, e);
        }
    }

    private void fail(Resumption resumption, ResumeException e) {
        if (hasEnded) {
            return;
        }
        if (hasBegun) {
            remove(resumption.stream());
            client.ended(resumption.stream(), e);
        } else {
            end();
            client.refused(resumption.stream(), e);
        }
    }

    /** Goes on, now that the messages of the past are sent. */
    void drained() {
        if (awaitsDrain) {
            awaitsDrain = false;
            read();
        }
    }

    private void releaseIfDone() {
        if (hasEnded || !hasBegun || !unfinished.isEmpty()) {
            return;
        }
        end();
        Map<String, List<StreamEvent>> klinesByPair = new LinkedHashMap<>();
        List<Emission> emissions = new ArrayList<>();
        for (Resumption each : all) {
            List<StreamEvent> live = each.release();
            if (each.stream().kind() == StreamName.Kind.KLINE) {
                if (!live.isEmpty()) {
                    klinesByPair
                            .computeIfAbsent(each.stream().pair(), first -> new ArrayList<>())
                            .addAll(live);
                }
            } else {
                live.forEach(event -> emissions.add(new Emission(null, List.of(event))));
            }
        }
        klinesByPair.forEach((pair, klines) -> emissions.add(Emission.ofKlines(pair, klines)));
        client.sendBuffered(emissions);
    }

    /** Forgets a stream from which the client has unsubscribed. */
    void remove(StreamName stream) {
        unfinished.remove(stream.text());
        all.removeIf(each -> each.stream().equals(stream));
    }

    /** Ends without sending anything further. */
    void end() {
        hasEnded = true;
        cancelReading.run();
    }
}
