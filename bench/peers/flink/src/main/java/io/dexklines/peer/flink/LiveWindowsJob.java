package io.dexklines.peer.flink;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.datastream.WindowedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;

/**
 * The tumbling windows of {@link TumblingWindowsJob} with the answers of this project: redelivered
 * trades do not count twice, a kline is emitted half a second after it changed and corrected by
 * trades that are up to a minute late, and trades that do not count are written to a topic.
 *
 * <p>Arguments: bootstrap servers, consumer group, and optionally a folder for the klines.
 */
public final class LiveWindowsJob {

    private static final Duration LIVE_INTERVAL = Duration.ofMillis(500);
    private static final Duration LATENESS = Duration.ofMinutes(1);

    private LiveWindowsJob() {}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().enableObjectReuse();
        SingleOutputStreamOperator<ReceivedTrade> valid =
                Topics.read(
                                env,
                                args[0],
                                args[1],
                                new ReceivedTradeDeserializer(),
                                (trade, recordTime) -> trade.timeMs)
                        .process(new ExcludedTrades.Split());
        SingleOutputStreamOperator<ReceivedTrade> unique =
                valid.keyBy(trade -> trade.identity, Types.STRING)
                        .process(new FirstOnly(ExcludedTrades.TAG, LATENESS.plus(Topics.DISORDER)));
        DataStream<ReceivedTrade> excluded =
                valid.getSideOutput(ExcludedTrades.TAG)
                        .union(unique.getSideOutput(ExcludedTrades.TAG));

        KeyedStream<ReceivedTrade, String> trades = unique.keyBy(trade -> trade.pair, Types.STRING);
        Sink<Kline> output = Output.of(args);
        for (KlineInterval interval : KlineInterval.values()) {
            WindowedStream<ReceivedTrade, String, TimeWindow> windows =
                    trades.window(TumblingEventTimeWindows.of(interval.length(), interval.offset()))
                            .trigger(new LiveTrigger(LIVE_INTERVAL))
                            .allowedLateness(LATENESS);
            if (interval == KlineInterval.M1) {
                windows = windows.sideOutputLateData(ExcludedTrades.TAG);
            }
            SingleOutputStreamOperator<Kline> klines =
                    windows.aggregate(new Fold<>(), new Fold.Name(interval))
                            .name("klines " + interval.code());
            klines.sinkTo(output);
            if (interval == KlineInterval.M1) {
                excluded =
                        excluded.union(
                                klines.getSideOutput(ExcludedTrades.TAG)
                                        .map(trade -> trade.because("late"))
                                        .returns(Types.POJO(ReceivedTrade.class)));
            }
        }
        excluded.sinkTo(ExcludedTrades.sink(args[0], args[1]));
        env.execute("live windows");
    }
}
