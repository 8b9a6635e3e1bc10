package io.dexklines.bench.peers;

import io.dexklines.bench.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * How far an engine was at a moment, and what it had cost.
 *
 * @param trades number of trades that were counted
 * @param nanos {@code System.nanoTime()}
 * @param cpu CPU time of the whole process
 * @param compiler the part of the just-in-time compiler
 * @param collector the part of the garbage collector
 */
record Moment(double trades, long nanos, Duration cpu, Duration compiler, Duration collector) {

    private static final List<String> COMPILER = List.of("C1 Comp", "C2 Comp");
    private static final List<String> COLLECTOR = List.of("G1 ", "GC Thread", "VM Thread");

    /**
     * Returns the moment of now.
     *
     * @throws IOException if the process has ended
     */
    static Moment now(double trades, long pid) throws IOException {
        try {
            return new Moment(
                    trades,
                    System.nanoTime(),
                    JavaProcess.cpu(pid),
                    JavaProcess.threadCpu(pid, COMPILER),
                    JavaProcess.threadCpu(pid, COLLECTOR));
        } catch (NoSuchElementException e) {
            throw new IOException("process " + pid + " has ended", e);
        }
    }
}
