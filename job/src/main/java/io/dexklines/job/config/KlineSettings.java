package io.dexklines.job.config;

import io.dexklines.kline.Interval;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The klines to compute.
 *
 * @param intervals the intervals, ascending; each is a multiple of the smallest
 * @param liveInterval the longest time until a changed kline is emitted
 * @param allowedLateness how long after the close of its smallest kline a trade still corrects it
 * @param parallelism subtasks that compute; 0 for the job's own parallelism
 */
public record KlineSettings(
        List<Interval> intervals, Duration liveInterval, Duration allowedLateness, int parallelism)
        implements Serializable {}
