package io.dexklines.local.stack;

/**
 * A job as its cluster sees it.
 *
 * @param id 32 hexadecimal digits
 * @param state such as {@code RUNNING}, in Flink's words
 * @param restarts how often it was restarted since it was submitted
 * @param checkpoints how many were completed since it was submitted
 */
public record FlinkJob(String id, String state, long restarts, long checkpoints) {}
