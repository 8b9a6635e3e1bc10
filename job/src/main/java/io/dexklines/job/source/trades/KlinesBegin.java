package io.dexklines.job.source.trades;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * What the enumerator of a job without state sends to every reader before its first partition: the
 * time to emit as {@link io.dexklines.operator.kline.ChainWatermarks#begin}.
 *
 * @param timeMs epoch milliseconds
 */
record KlinesBegin(long timeMs) implements SourceEvent {

    private static final long serialVersionUID = 1L;
}
