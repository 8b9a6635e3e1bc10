package io.dexklines.local.verify;

import java.util.List;
import java.util.Map;

/**
 * What the sinks hold of one pair.
 *
 * @param relay the newest kline of each interval that the relay holds
 */
record PairRows(String pair, List<Row> mysql, List<Row> redis, List<Row> relay) {

    Map<Sink, List<Row>> bySink() {
        return Map.of(Sink.MYSQL, mysql, Sink.REDIS, redis, Sink.RELAY, relay);
    }
}
