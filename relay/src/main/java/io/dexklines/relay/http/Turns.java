package io.dexklines.relay.http;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The work of an event loop that may wait: new connections, handshakes and the requests of
 * subscribers. Clients take turns, so one that asks for much waits longer than the others. In each
 * period, at most {@value #UNITS_PER_PERIOD} units of work begin, so that frames and answers are
 * written in between. A period begins when the event loop gets to it: a busy one does less of this
 * work.
 *
 * <p>What a task takes beyond the units of its period is missing in the next ones.
 *
 * <p>Only the event loop may call it. A connection should have one task at a time, and not read
 * meanwhile, so that the number of waiting tasks is bounded.
 */
public final class Turns {

    /** How long a period is at least, in milliseconds. */
    public static final long PERIOD_MS = 1;

    static final int UNITS_PER_PERIOD = 64;

    private static final int CONNECTION_UNITS = 16;
    private static final int HANDSHAKE_UNITS = 32;

    /** About the length of the name of a stream, which is one unit of work. */
    private static final int CHARACTERS_PER_UNIT = 48;

    private record Task(int units, Runnable run) {}

    private final Consumer<Runnable> nextPeriod;
    private final LongAdder waited;

    /** The tasks of each client, by whose turn it is. */
    private final Map<String, Queue<Task>> waiting = new LinkedHashMap<>();

    private int unitsLeft = UNITS_PER_PERIOD;
    private boolean running;
    private boolean awaitsPeriod;

    /**
     * @param nextPeriod runs a task on the event loop after {@value #PERIOD_MS} ms
     * @param waited counts the tasks that wait
     */
    public Turns(Consumer<Runnable> nextPeriod, LongAdder waited) {
        this.nextPeriod = nextPeriod;
        this.waited = waited;
    }

    /**
     * Begins to serve a new connection, now or later.
     *
     * @param client as {@link ClientAddress#key} returns it
     */
    void takeConnection(String client, Runnable task) {
        take(client, CONNECTION_UNITS, task);
    }

    /**
     * Answers a handshake, now or later.
     *
     * @param client as {@link ClientAddress#key} returns it
     * @param target the target, which names streams
     */
    public void takeHandshake(String client, String target, Runnable task) {
        take(client, HANDSHAKE_UNITS + target.length() / CHARACTERS_PER_UNIT, task);
    }

    /**
     * Answers a message of a subscriber, now or later.
     *
     * @param message the message, which names streams
     */
    public void takeMessage(String client, String message, Runnable task) {
        take(client, 1 + message.length() / CHARACTERS_PER_UNIT, task);
    }

    void take(String client, int units, Runnable task) {
        if (unitsLeft <= 0 || !waiting.isEmpty()) {
            waited.increment();
        }
        waiting.computeIfAbsent(client, first -> new ArrayDeque<>()).add(new Task(units, task));
        run();
    }

    private void run() {
        if (running) {
            return; // a task has led to another
        }
        running = true;
        try {
            while (unitsLeft > 0 && !waiting.isEmpty()) {
                Task task = next();
                unitsLeft -= task.units;
                task.run.run();
            }
        } finally {
            running = false;
            if (unitsLeft < UNITS_PER_PERIOD && !awaitsPeriod) {
                awaitsPeriod = true;
                nextPeriod.accept(this::beginPeriod);
            }
        }
    }

    /** Removes the task whose turn it is, and puts its client last. */
    private Task next() {
        Iterator<Map.Entry<String, Queue<Task>>> clients = waiting.entrySet().iterator();
        Map.Entry<String, Queue<Task>> first = clients.next();
        String client = first.getKey();
        Queue<Task> tasks = first.getValue();
        clients.remove();
        Task task = tasks.remove();
        if (!tasks.isEmpty()) {
            waiting.put(client, tasks);
        }
        return task;
    }

    private void beginPeriod() {
        awaitsPeriod = false;
        unitsLeft = Math.min(UNITS_PER_PERIOD, unitsLeft + UNITS_PER_PERIOD);
        run();
    }
}
