package io.dexklines.job.sink.mysql;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.kafka.RefusedTopic;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.smartmoney.SmartMoneyTrade;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Writes klines, the trades of smart-money wallets and the events of smart money to the tables of
 * {@code sql/mysql}.
 *
 * <p>Rows are written at least once and upserted by their key under a guard, so each row ends as
 * its newest version. During an outage of the database, the rows wait in the state of the job,
 * which goes on.
 */
public final class MySqlSink implements JobSink {

    /** The name of the store in metrics and in the topic of refused rows. */
    static final String STORE = "mysql";

    /** Parts of the savepoint: never rename. */
    private static final String UID = "mysql";

    private static final String REFUSED_UID = "refused";
    private static final String SMART_MONEY_UID = "smart-money-mysql";
    private static final String SMART_MONEY_REFUSED_UID = "smart-money-refused";
    private static final String EVENTS_UID = "smart-money-events-mysql";

    private final MySqlTarget target;
    private final KafkaSettings kafka;
    private final String refusedTopic;

    /**
     * @param settings the database, and the topic of refused rows
     * @param kafka the connection to the brokers of that topic
     */
    public MySqlSink(MySqlSettings settings, KafkaSettings kafka) {
        this.target = MySqlTarget.of(settings, kafka.transactionalIdPrefix());
        this.kafka = kafka;
        this.refusedTopic = settings.refusedTopic();
    }

    @Override
    public void attach(Results results) {
        DataStream<byte[]> refused = attachKlines(results.klines(), target);
        // refusals are rare, so they need no exchange between subtasks
        RefusedTopic.attach(
                refused,
                kafka,
                refusedTopic,
                "Refused klines",
                REFUSED_UID,
                refused.getParallelism());
        results.smartMoney()
                .ifPresent(
                        found -> {
                            RefusedTopic.attach(
                                    attachTrades(found.trades(), target),
                                    kafka,
                                    refusedTopic,
                                    "Refused smart money",
                                    SMART_MONEY_REFUSED_UID,
                                    1);
                            attachEvents(found.events(), target);
                        });
    }

    /**
     * Writes the klines and the labels of their pairs.
     *
     * @param updates partitioned by pair as by {@code keyBy}
     * @return the refused klines as JSON; see {@link Refused#json}
     */
    public static SingleOutputStreamOperator<byte[]> attachKlines(
            DataStream<KlineUpdates> updates, MySqlTarget target) {
        return attach(
                DataStreamUtils.reinterpretAsKeyedStream(
                        updates, KlineUpdates::pair, CodecTypeInfo.PAIR),
                "MySQL",
                UID,
                new MySqlKlineOperator(target));
    }

    /**
     * Writes the trades of smart-money wallets to {@code smart_money_trade}, exactly once even if
     * they are redelivered.
     *
     * @param trades partitioned by wallet as by {@code keyBy}
     * @return the refused trades as JSON; see {@link Refused#json}
     */
    public static SingleOutputStreamOperator<byte[]> attachTrades(
            DataStream<SmartMoneyTrade> trades, MySqlTarget target) {
        return attach(
                DataStreamUtils.reinterpretAsKeyedStream(
                        trades, SmartMoneyTrade::wallet, CodecTypeInfo.WALLET),
                "MySQL: smart money",
                SMART_MONEY_UID,
                new MySqlSmartMoneyOperator(target));
    }

    /**
     * Writes the events of smart money to {@code smart_money_notification}, each once even if it is
     * found again. What MySQL refuses is logged and counted.
     *
     * @param events in the order of their ids; the rows of a stream are written in that order
     * @return nothing
     */
    static SingleOutputStreamOperator<byte[]> attachEvents(
            DataStream<SmartMoneyEvent> events, MySqlTarget target) {
        return attach(
                events.keyBy(SmartMoneyEvent::stream, Types.STRING),
                "MySQL: smart-money events",
                EVENTS_UID,
                new MySqlEventOperator(target));
    }

    private static <T> SingleOutputStreamOperator<byte[]> attach(
            DataStream<T> rows, String name, String uid, MySqlOperator<?, T, ?> operator) {
        return rows.transform(name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, operator)
                .uid(uid)
                .name(name)
                // the rows of a key stay where the key is
                .setParallelism(rows.getParallelism())
                // a separate thread, so that the rest of the job runs while this one holds back
                .startNewChain();
    }
}
