package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.secret.SecretReference;
import io.dexklines.smartmoney.SmartMoneyTrade;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Klines, and trades of listed wallets, to the tables of {@code sql/mysql}.
 *
 * <p>Guarantees: at least once, and as rows are upserted by their key under a guard, each row ends
 * as its newest version; a completed checkpoint means that all before it is committed. An outage of
 * the database holds the job up and loses nothing.
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
     * @param kafka how the brokers of that topic are reached
     */
    public MySqlSink(MySqlSettings settings, KafkaSettings kafka) {
        SecretReference password = settings.password();
        this.target =
                new MySqlTarget(
                        settings.url(),
                        settings.username(),
                        password == null ? () -> "" : password::resolve,
                        settings.batchRows(),
                        settings.batchInterval(),
                        settings.liveInterval(),
                        settings.retryBudget());
        this.kafka = kafka;
        this.refusedTopic = settings.refusedTopic();
    }

    @Override
    public void attach(Results results) {
        DataStream<RefusedKline> refused = attachKlines(results.klines(), target);
        refused.sinkTo(RefusedKlineSink.of(kafka, refusedTopic))
                .name("Refused klines")
                .uid(REFUSED_UID)
                // few, if any: they need no exchange between subtasks
                .setParallelism(refused.getParallelism());
        results.smartMoney()
                .ifPresent(
                        found ->
                                attachTrades(found.trades(), target)
                                        .sinkTo(RefusedKlineSink.ofTrades(kafka, refusedTopic))
                                        .name("Refused smart money")
                                        .uid(SMART_MONEY_REFUSED_UID)
                                        .setParallelism(1));
    }

    /**
     * Writes {@code updates}. Those of one pair should come to one subtask, as they do behind the
     * operator that makes them: else the guard keeps the rows right, but writers wait for each
     * other.
     *
     * @return the klines that the database refused for their content
     */
    public static SingleOutputStreamOperator<RefusedKline> attachKlines(
            DataStream<KlineUpdates> updates, MySqlTarget target) {
        return updates.transform(
                        "MySQL",
                        TypeInformation.of(RefusedKline.class),
                        new MySqlKlineOperator(target))
                .uid(UID)
                .name("MySQL")
                // the updates of a pair stay on one subtask: writers do not wait for each other
                .setParallelism(updates.getParallelism())
                // A thread of its own: the klines go on while the database works.
                .startNewChain();
    }

    /**
     * Writes the trades of listed wallets to {@code smart_money_trade}: each once, whatever is
     * delivered again.
     *
     * @return the trades that the database refused for their content
     */
    public static SingleOutputStreamOperator<RefusedSmartMoneyTrade> attachTrades(
            DataStream<SmartMoneyTrade> trades, MySqlTarget target) {
        return trades.transform(
                        "MySQL: smart money",
                        TypeInformation.of(RefusedSmartMoneyTrade.class),
                        new MySqlSmartMoneyOperator(target))
                .uid(SMART_MONEY_UID)
                .name("MySQL: smart money")
                // the trades of a wallet stay on one subtask: writers do not wait for each other
                .setParallelism(trades.getParallelism())
                // a thread of its own: alerts do not wait for the database
                .startNewChain();
    }
}
