package io.dexklines.local.stack;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The state of a job in its cluster.
 *
 * @param id 32 hexadecimal digits
 * @param state one of Flink's job states, such as {@code RUNNING}
 * @param restarts number of restarts since the submission
 * @param checkpoints number of completed checkpoints since the submission
 * @param checkpointTriggeredMs when the latest completed checkpoint was triggered, epoch
 *     milliseconds; 0 if none has completed
 */
public record FlinkJob(
        String id,
        String state,
        long restarts,
        long checkpoints,
        @JsonIgnore long checkpointTriggeredMs) {}
