package io.dexklines.verifier;

import java.util.List;

/**
 * The klines that the sinks hold of one pair.
 *
 * @param relay the newest kline of each interval that the relay holds
 */
record PairRows(String pair, List<Row> mysql, List<Row> redis, List<Row> relay) {}
