package io.dexklines.peer.flink;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import io.dexklines.peer.Trade;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;

/**
 * Klines by nine tumbling windows over event time, as Flink's documentation introduces windows:
 * plain objects, one watermark for each partition, incremental aggregation, object reuse, and no
 * generic types. A kline is emitted once, when the watermark closes it.
 *
 * <p>Arguments: bootstrap servers, consumer group, and optionally a folder for the klines.
 */
public final class TumblingWindowsJob {

    private TumblingWindowsJob() {}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().enableObjectReuse();
        KeyedStream<Trade, String> trades =
                Topics.read(
                                env,
                                args[0],
                                args[1],
                                new TradeDeserializer(),
                                (trade, recordTime) -> trade.timeMs)
                        .keyBy(trade -> trade.pair, Types.STRING);
        Sink<Kline> output = Output.of(args);
        for (KlineInterval interval : KlineInterval.values()) {
            trades.window(TumblingEventTimeWindows.of(interval.length(), interval.offset()))
                    .aggregate(new Fold<>(), new Fold.Name(interval))
                    .name("klines " + interval.code())
                    .sinkTo(output);
        }
        env.execute("tumbling windows");
    }
}
