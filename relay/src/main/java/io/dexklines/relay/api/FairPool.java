package io.dexklines.relay.api;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool of threads for queries, so that event loops never block. Clients take turns: one that asks
 * for more than the others waits longer, and can neither occupy all threads nor fill the queue.
 * Thread-safe.
 */
final class FairPool implements AutoCloseable {

    private static final long IDLE_SECONDS = 60;

    /** What becomes of a task. */
    enum Admission {
        /** The task runs, now or later. */
        ADMITTED,
        /** Too many tasks of this client wait. */
        TOO_MANY_OF_CLIENT,
        /** Too many tasks wait. */
        FULL
    }

    /**
     * The limits of a pool.
     *
     * @param threads how many tasks run at once
     * @param threadsPerClient how many of them belong to one client
     * @param waiting how many tasks wait for a thread
     * @param waitingPerClient how many of them belong to one client
     */
    record Limits(int threads, int threadsPerClient, int waiting, int waitingPerClient) {}

    private static final class Client {
        private final String name;
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private int running;
        private boolean inTurn;

        Client(String name) {
            this.name = name;
        }
    }

    private final Limits limits;
    private final ExecutorService threads;
    private final Map<String, Client> clients = new HashMap<>();

    /** The clients of which a task may run, in the order in which they do. */
    private final Queue<Client> turns = new ArrayDeque<>();

    private int running;
    private int waiting;

    /**
     * @param name the name of the threads
     */
    FairPool(String name, Limits limits) {
        this.limits = limits;
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        limits.threads,
                        limits.threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
        executor.allowCoreThreadTimeOut(true);
        this.threads = executor;
    }

    /** Runs a task of a client on a thread of the pool, unless too many wait. */
    synchronized Admission execute(String clientName, Runnable task) {
        Client client = clients.computeIfAbsent(clientName, Client::new);
        if (client.waiting.size() >= limits.waitingPerClient) {
            return Admission.TOO_MANY_OF_CLIENT;
        }
        if (waiting >= limits.waiting || threads.isShutdown()) {
            forgetIdle(client);
            return Admission.FULL;
        }
        client.waiting.add(task);
        waiting++;
        takeTurn(client);
        startTasks();
        return Admission.ADMITTED;
    }

    private void takeTurn(Client client) {
        if (!client.inTurn
                && !client.waiting.isEmpty()
                && client.running < limits.threadsPerClient) {
            client.inTurn = true;
            turns.add(client);
        }
    }

    private void startTasks() {
        while (running < limits.threads && !turns.isEmpty()) {
            Client client = turns.remove();
            client.inTurn = false;
            Runnable task = client.waiting.remove();
            waiting--;
            running++;
            client.running++;
            takeTurn(client);
            threads.execute(
                    () -> {
                        try {
                            task.run();
                        } finally {
                            ended(client);
                        }
                    });
        }
    }

    private synchronized void ended(Client client) {
        running--;
        client.running--;
        takeTurn(client);
        forgetIdle(client);
        if (!threads.isShutdown()) {
            startTasks();
        }
    }

    private void forgetIdle(Client client) {
        if (client.running == 0 && client.waiting.isEmpty()) {
            clients.remove(client.name);
        }
    }

    @Override
    public synchronized void close() {
        threads.shutdownNow();
    }
}
