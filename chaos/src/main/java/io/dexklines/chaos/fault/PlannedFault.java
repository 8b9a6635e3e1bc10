package io.dexklines.chaos.fault;

/**
 * A fault of a schedule.
 *
 * @param atMs when it begins at the earliest, in milliseconds since the beginning of the schedule.
 *     It waits for the fault before it in the same part of the cluster.
 * @param target the index of the process in its role; for {@link FaultKind#RESCALED} the job's new
 *     parallelism, for others as the kind says, and 0 for those without a target
 * @param lengthMs how long it lasts until it is mended, in milliseconds
 */
public record PlannedFault(long atMs, FaultKind kind, int target, long lengthMs) {}
