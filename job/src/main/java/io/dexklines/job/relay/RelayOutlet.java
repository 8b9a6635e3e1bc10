package io.dexklines.job.relay;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.smartmoney.SmartMoney;
import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Klines and events to WebSocket relays. The job never waits for a relay and never fails for one.
 *
 * <p>Klines: the newest state of every kline, as soon as the relay takes it; states in between may
 * be skipped. After a reconnect the open and the last two closed klines of every pair and interval
 * are sent again. What a relay missed beyond that is in the database.
 *
 * <p>Events: each of them, in the order in which a subtask made them, and after a crash or a
 * reconnect some of them again, under the same id. While a relay is away 10,000 of a subtask wait
 * for it; what it missed beyond that is in the database and in Kafka.
 */
public final class RelayOutlet {

    /** In savepoints: never rename. */
    private static final String UID = "relay";

    /** In savepoints: never rename. */
    private static final String SMART_MONEY_UID = "smart-money-relay";

    private RelayOutlet() {}

    /** Publishes {@code updates}; those of one pair must come to one subtask. */
    public static DataStreamSink<KlineUpdates> attach(
            DataStream<KlineUpdates> updates, RelayTarget target) {
        return updates.sinkTo(new RelaySink.OfKlines(target))
                .uid(UID)
                .name("Relay")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(updates.getParallelism());
    }

    /**
     * Publishes what smart money found: trades and clusters for everybody who watches the chain,
     * notifications for the user.
     *
     * @param clock gives the events their time; serializable
     */
    public static DataStreamSink<RelayEvent> attachSmartMoney(
            SmartMoney found, RelayTarget target, Clock clock) {
        DataStream<RelayEvent> trades =
                events("trades", found.trades(), trade -> SmartMoneyEvents.of(trade, clock));
        DataStream<RelayEvent> alerts =
                events("alerts", found.notifications(), each -> SmartMoneyEvents.of(each, clock));
        DataStream<RelayEvent> clusters =
                events("clusters", found.clusters(), alert -> SmartMoneyEvents.of(alert, clock));
        return trades.union(alerts, clusters)
                .sinkTo(new RelaySink.OfEvents(target))
                .uid(SMART_MONEY_UID)
                .name("Relay: smart money")
                .setParallelism(trades.getParallelism());
    }

    private static <T> DataStream<RelayEvent> events(
            String of, DataStream<T> found, SerializableFunction<T, RelayEvent> event) {
        return found.map(event::apply)
                .returns(TypeInformation.of(RelayEvent.class))
                .uid(SMART_MONEY_UID + "-" + of)
                .name("Events: " + of)
                .setBufferTimeout(SmartMoney.BUFFER_TIMEOUT_MS)
                .setParallelism(found.getParallelism());
    }
}
