package io.dexklines.job.config;

import io.dexklines.kline.Interval;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What is computed.
 *
 * @param intervals the intervals, ascending; each consists of whole ones of the smallest
 * @param liveInterval a kline that changed is emitted within this
 * @param allowedLateness how long after its smallest kline closed a trade still corrects it
 * @param parallelism subtasks that compute; 0 for the job's own parallelism
 */
public record KlineSettings(
        List<Interval> intervals, Duration liveInterval, Duration allowedLateness, int parallelism)
        implements Serializable {

    private static final long serialVersionUID = 1L;
}
