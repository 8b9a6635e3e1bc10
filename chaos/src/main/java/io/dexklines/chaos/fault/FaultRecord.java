package io.dexklines.chaos.fault;

/**
 * A fault that was carried out.
 *
 * @param target the name of what had the fault, such as {@code taskmanager-0}
 * @param fromMs when it began, epoch milliseconds
 * @param toMs when it was mended and the processes answered, epoch milliseconds
 * @param recoveredMs since when all tasks of the job were running after that, as far as was seen,
 *     epoch milliseconds; 0 if they did not within five minutes
 * @param proven whether it is certain that it took effect
 * @param proof what shows that, such as {@code pid 812 -> 977}; or what went wrong
 */
public record FaultRecord(
        PlannedFault planned,
        String target,
        long fromMs,
        long toMs,
        long recoveredMs,
        boolean proven,
        String proof) {}
