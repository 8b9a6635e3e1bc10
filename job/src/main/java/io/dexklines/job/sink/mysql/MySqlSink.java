package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.kafka.TransactionalTopic;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.smartmoney.SmartMoneyTrade;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Writes klines and the trades of smart-money wallets to the tables of {@code sql/mysql}.
 *
 * <p>Rows are written at least once and upserted by their key under a guard, so each row ends as
 * its newest version. When a checkpoint completes, every row before it is committed. An outage of
 * the database blocks the job and loses nothing.
 */
public final class MySqlSink implements JobSink {

    /** Parts of the savepoint: never rename. */
    private static final String UID = "mysql";

    private static final String REFUSED_UID = "refused";
    private static final String SMART_MONEY_UID = "smart-money-mysql";
    private static final String SMART_MONEY_REFUSED_UID = "smart-money-refused";

    private final MySqlTarget target;
    private final KafkaSettings kafka;
    private final String refusedTopic;

    /**
     * @param settings the database, and the topic of refused rows
     * @param kafka the connection to the brokers of that topic
     */
    public MySqlSink(MySqlSettings settings, KafkaSettings kafka) {
        this.target = MySqlTarget.of(settings);
        this.kafka = kafka;
        this.refusedTopic = settings.refusedTopic();
    }

    @Override
    public void attach(Results results) {
        DataStream<byte[]> refused = attachKlines(results.klines(), target);
        refused.sinkTo(refusals(kafka, refusedTopic, REFUSED_UID))
                .name("Refused klines")
                .uid(REFUSED_UID)
                // refusals are rare, so they need no exchange between subtasks
                .setParallelism(refused.getParallelism());
        results.smartMoney()
                .ifPresent(
                        found ->
                                attachTrades(found.trades(), target)
                                        .sinkTo(
                                                refusals(
                                                        kafka,
                                                        refusedTopic,
                                                        SMART_MONEY_REFUSED_UID))
                                        .name("Refused smart money")
                                        .uid(SMART_MONEY_REFUSED_UID)
                                        .setParallelism(1));
    }

    /**
     * Returns the sink to the topic of refused rows. The topic has one record for each time that
     * MySQL refused a row.
     *
     * @param purpose part of the transactional ids, which a restarted job must find again: never
     *     rename
     */
    public static KafkaSink<byte[]> refusals(KafkaSettings kafka, String topic, String purpose) {
        return TransactionalTopic.sink(kafka, topic, purpose, json -> null, json -> json);
    }

    /**
     * Writes the klines and the labels of their pairs. The updates of one pair should come to one
     * subtask. The guard keeps the rows right in any case, but writers that share a row wait for
     * each other.
     *
     * @return the refused klines as JSON; see {@link Refused#json}
     */
    public static SingleOutputStreamOperator<byte[]> attachKlines(
            DataStream<KlineUpdates> updates, MySqlTarget target) {
        return attach(updates, "MySQL", UID, new MySqlKlineOperator(target));
    }

    /**
     * Writes the trades of smart-money wallets to {@code smart_money_trade}, exactly once even if
     * they are redelivered.
     *
     * @return the refused trades as JSON; see {@link Refused#json}
     */
    public static SingleOutputStreamOperator<byte[]> attachTrades(
            DataStream<SmartMoneyTrade> trades, MySqlTarget target) {
        return attach(
                trades, "MySQL: smart money", SMART_MONEY_UID, new MySqlSmartMoneyOperator(target));
    }

    private static <T> SingleOutputStreamOperator<byte[]> attach(
            DataStream<T> rows, String name, String uid, MySqlOperator<T> operator) {
        return rows.transform(name, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, operator)
                .uid(uid)
                .name(name)
                // rows of one key stay on one subtask: writers do not wait for each other
                .setParallelism(rows.getParallelism())
                // a separate thread, so that the rest of the job runs while the database works
                .startNewChain();
    }
}
