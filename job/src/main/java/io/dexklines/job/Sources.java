package io.dexklines.job;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.source.lists.KafkaLists;
import io.dexklines.job.source.trades.TradeSource;
import io.dexklines.smartmoney.ListChange;
import java.time.Clock;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;

/**
 * The sources of the job.
 *
 * @param trades the decoded records of trades, with the clocks of all chains
 * @param lists the smart-money wallets and their followers, with the watermarks of {@link
 *     KafkaLists}; empty if smart money is disabled
 */
public record Sources(
        Source<DecodedRecord, ?, ?> trades, Optional<Source<ListChange, ?, ?>> lists) {

    /**
     * Returns the production sources. All topics of trades are read by one source, which knows the
     * clock of every chain.
     *
     * @param settings the Kafka cluster and the topics
     * @param clock the wall clock, serializable
     */
    public static Sources kafka(KlineJobSettings settings, Clock clock) {
        return new Sources(
                trades(settings, clock),
                settings.smartMoney().map(lists -> new KafkaLists(settings.kafka(), lists, clock)));
    }

    /** Returns the production source of trades, to which a test can add an end. */
    public static TradeSource trades(KlineJobSettings settings, Clock clock) {
        return new TradeSource(settings.kafka(), settings.ingest(), clock);
    }
}
