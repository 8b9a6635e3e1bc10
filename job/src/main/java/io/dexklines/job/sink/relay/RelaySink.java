package io.dexklines.job.sink.relay;

import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.sink.EventPayload;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.trade.PairTape;
import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Publishes klines and smart-money events to WebSocket relays. The job neither waits for a relay
 * nor fails because of one.
 *
 * <p>A relay gets the newest version of every kline as soon as it accepts it, and may miss versions
 * in between. After a reconnect, the open and the last two closed klines of every pair and interval
 * are sent again. The database has everything else that a relay missed. After a restart of the job,
 * a relay gets what it had not acknowledged at the last checkpoint.
 *
 * <p>A relay gets events in the order of their event ids. After a reconnect some events are
 * repeated. After a crash, events since the last checkpoint are repeated with other event ids and
 * the same {@code id}. While a relay is unreachable, up to 10,000 events wait for it. The database
 * has the rest.
 *
 * <p>With a tape, a relay gets the newest trades of each pair, and how many were left out. Trades
 * that wait are not part of checkpoints: a crash loses them, and may repeat others with the same
 * id.
 */
public final class RelaySink implements JobSink {

    /** Part of the savepoint: never rename. */
    private static final String UID = "relay";

    /** The uid of an operator without state. */
    private static final String TAPE_UID = "relay-tape";

    /** Part of the savepoint: never rename. */
    private static final String SMART_MONEY_UID = "smart-money-relay";

    private final RelaySettings settings;
    private final Clock clock;

    /**
     * @param settings the relays
     * @param clock the wall clock that dates events; serializable
     */
    public RelaySink(RelaySettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void attach(Results results) {
        results.klines()
                .sinkTo(new RelayWriterSink.OfKlines(settings))
                .uid(UID)
                .name("Relay")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(results.klines().getParallelism());
        results.tape().ifPresent(this::attachTape);
        results.smartMoney().ifPresent(this::attach);
    }

    /** Publishes the newest trades of each pair on its stream of trades. */
    private void attachTape(DataStream<PairTape> tape) {
        tape.transform("Relay: trades", Types.VOID, new TapeOperator(settings))
                .uid(TAPE_UID)
                // chained to the klines, so that trades are not serialized
                .setParallelism(tape.getParallelism());
    }

    /** Publishes hits and clusters on their chain's stream, notifications on their user's. */
    private void attach(SmartMoney smartMoney) {
        Clock dates = clock;
        // one subtask, so that a relay gets the events in the order of their ids
        smartMoney
                .events()
                .map(
                        event ->
                                new RelayEvent(
                                        event.stream(), EventPayload.of(event, dates.millis())))
                .returns(TypeInformation.of(RelayEvent.class))
                .uid(SMART_MONEY_UID + "-events")
                .name("Events for the relay")
                .setParallelism(1)
                .sinkTo(new RelayWriterSink.OfEvents(settings))
                .uid(SMART_MONEY_UID)
                .name("Relay: smart money")
                .setParallelism(1);
    }
}
