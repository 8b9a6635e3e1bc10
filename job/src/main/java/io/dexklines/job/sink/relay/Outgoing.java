package io.dexklines.job.sink.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A bounded queue of elements for one relay. Offering never blocks: a full queue drops elements.
 * Thread-safe, with one consumer.
 *
 * @param <T> the element, which is sent as one or more lines of one message
 */
abstract class Outgoing<T> {

    /** The most batches in flight: {@link #take} returns none until some are acknowledged. */
    static final int MAX_IN_FLIGHT = 64;

    /** Elements that were taken together, with their number. */
    private record Batch<T>(long number, List<T> elements) {}

    /** The batches that are neither acknowledged nor requeued, oldest first. */
    private final Deque<Batch<T>> inFlight = new ArrayDeque<>();

    private long taken;

    private boolean woken;

    /** How many klines or events were dropped because the queue was full. */
    long dropped;

    /** How many klines were replaced by a newer version before they were sent. */
    long conflated;

    /** Adds an element. If that exceeds the capacity, drops others. */
    abstract void add(T element);

    /** Puts elements that could not be sent back into the queue. */
    abstract void addBack(List<T> elements);

    /**
     * Moves elements into {@code batch}, in the order of sending, until there are none or they have
     * {@code most} lines or more.
     */
    abstract void move(int most, List<T> batch);

    /**
     * Returns the first elements for a new connection, since the relay may have started empty.
     *
     * @param waiting the elements that were in the queue, which is empty now
     */
    abstract List<T> first(List<T> waiting);

    /** Called when the relay has received the given elements. */
    abstract void sent(List<T> elements);

    /** Writes the lines of an element. */
    abstract void write(T element, RelayFrame frame, long nowMs);

    /** Returns the elements in the queue, in the order of sending. */
    abstract List<T> waiting();

    /** Returns the number of klines or events in the queue. */
    abstract int size();

    /** Returns what the relay has not acknowledged, sent or not, oldest first. */
    final synchronized List<T> unacknowledged() {
        List<T> all = new ArrayList<>();
        inFlight.forEach(batch -> all.addAll(batch.elements));
        all.addAll(waiting());
        return all;
    }

    final synchronized long dropped() {
        return dropped;
    }

    final synchronized long conflated() {
        return conflated;
    }

    final synchronized void offer(List<T> elements) {
        elements.forEach(this::add);
        notifyAll();
    }

    /**
     * Removes a batch of elements, waiting for the first. The batch is in flight until {@link
     * #acknowledge} or {@link #requeue}.
     *
     * @param most the number of lines that ends the batch
     * @return the elements; empty if none came in time, if too many batches are in flight or if
     *     {@link #wakeUp} was called
     */
    final synchronized List<T> take(int most, long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (!mayTake() && !woken) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        woken = false;
        return mayTake() ? takeUpTo(most) : List.of();
    }

    private boolean mayTake() {
        return size() > 0 && inFlight.size() < MAX_IN_FLIGHT;
    }

    /**
     * Removes all elements and returns the first elements for a new connection, which include them.
     */
    final synchronized List<T> takeFirst() {
        return first(takeUpTo(Integer.MAX_VALUE));
    }

    private List<T> takeUpTo(int most) {
        List<T> batch = new ArrayList<>();
        move(most, batch);
        taken++;
        inFlight.addLast(new Batch<>(taken, batch));
        return batch;
    }

    /** Returns the number of the batch that was taken last. */
    final synchronized long taken() {
        return taken;
    }

    /** Confirms that the relay has received the batches up to the given number. */
    final synchronized void acknowledge(long number) {
        while (!inFlight.isEmpty() && inFlight.peekFirst().number <= number) {
            sent(inFlight.removeFirst().elements);
        }
        notifyAll();
    }

    /** Puts all elements in flight, which the relay may not have received, back into the queue. */
    final synchronized void requeue() {
        List<T> unconfirmed = new ArrayList<>();
        inFlight.forEach(batch -> unconfirmed.addAll(batch.elements));
        inFlight.clear();
        addBack(unconfirmed);
        notifyAll();
    }

    /** Makes {@link #take} return immediately. */
    final synchronized void wakeUp() {
        woken = true;
        notifyAll();
    }

    /**
     * Waits until the queue is empty and nothing is in flight.
     *
     * @return whether that happened within {@code waitMs} milliseconds
     */
    final synchronized boolean awaitEmpty(long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (size() > 0 || !inFlight.isEmpty()) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
