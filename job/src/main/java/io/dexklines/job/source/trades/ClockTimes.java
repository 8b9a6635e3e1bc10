package io.dexklines.job.source.trades;

import io.dexklines.clock.ChainTime;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What the enumerator sends to every reader at each round: the clocks to emit, and the request for
 * a {@link ReadReport}.
 *
 * @param times the clock of each chain that has one
 */
record ClockTimes(Map<String, ChainTime> times) implements SourceEvent {

    private static final long serialVersionUID = 1L;
}
