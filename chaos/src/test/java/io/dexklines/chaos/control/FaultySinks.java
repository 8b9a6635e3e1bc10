package io.dexklines.chaos.control;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Json;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.SmartMoneyJson;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sinks that look as those of the job do, without one of its guarantees. */
final class FaultySinks {

    private FaultySinks() {}

    /** Returns a sink of notifications that sends again what it sent since the last checkpoint. */
    static JobSink notificationsAtLeastOnce(String bootstrapServers, String topic) {
        return results ->
                results.smartMoney()
                        .orElseThrow()
                        .notifications()
                        .sinkTo(
                                KafkaSink.<io.dexklines.smartmoney.Notification>builder()
                                        .setBootstrapServers(bootstrapServers)
                                        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                                        .setRecordSerializer(
                                                (one, context, timestampMs) ->
                                                        new ProducerRecord<>(
                                                                topic,
                                                                utf8(one.userId()),
                                                                Json.bytes(
                                                                        SmartMoneyJson.NUMBERS.add(
                                                                                Json.object(),
                                                                                one))))
                                        .build())
                        .name("Notifications")
                        .uid("notifications");
    }

    /**
     * Returns a sink to MySQL that writes whatever comes last. Behind each later version of a
     * kline, it writes again what the kline was {@code untilSecond}, as by a writer that retries
     * what had not failed.
     *
     * @param untilSecond block time, epoch seconds
     */
    static JobSink mySqlWithoutVersions(
            String url, String user, String password, long untilSecond) {
        return (Results results) ->
                results.klines()
                        .process(new WithoutVersions(url, user, password, untilSecond))
                        .returns(CodecTypeInfo.KLINE_UPDATES)
                        .name("MySQL without versions")
                        .uid("mysql-without-versions")
                        .sinkTo(new DiscardingSink<>())
                        .name("End")
                        .uid("end");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class WithoutVersions extends ProcessFunction<KlineUpdates, KlineUpdates> {

        private static final long serialVersionUID = 1L;

        private static final List<String> COLUMNS =
                List.of(
                        "chain_id",
                        "pair_addr",
                        "interval_code",
                        "open_time",
                        "open",
                        "high",
                        "low",
                        "close",
                        "mcap_open",
                        "mcap_high",
                        "mcap_low",
                        "mcap_close",
                        "volume_usd",
                        "volume_token",
                        "buy_volume_usd",
                        "buy_volume_token",
                        "trades",
                        "buys",
                        "sells",
                        "vwap",
                        "first_trade_time",
                        "last_trade_time",
                        "closed");

        private static final String STATEMENT =
                "INSERT INTO kline (%s) VALUES (%s) ON DUPLICATE KEY UPDATE %s"
                        .formatted(
                                String.join(", ", COLUMNS),
                                String.join(", ", Collections.nCopies(COLUMNS.size(), "?")),
                                COLUMNS.stream()
                                        .map(column -> column + " = VALUES(" + column + ")")
                                        .collect(Collectors.joining(", ")));

        private final String url;
        private final String user;
        private final String password;
        private final long untilSecond;

        /** The last versions up to then, by pair, interval and open time. */
        private transient Map<List<Object>, Kline> former;

        private transient Connection connection;

        WithoutVersions(String url, String user, String password, long untilSecond) {
            this.url = url;
            this.user = user;
            this.password = password;
            this.untilSecond = untilSecond;
        }

        @Override
        public void open(OpenContext context) throws SQLException {
            former = new HashMap<>();
            connection = DriverManager.getConnection(url, user, password);
        }

        @Override
        public void processElement(
                KlineUpdates updates, Context context, Collector<KlineUpdates> out)
                throws SQLException {
            write(updates.pair(), updates.klines());
            List<Kline> again = new ArrayList<>();
            for (Kline kline : updates.klines()) {
                List<Object> key =
                        List.of(updates.pair(), kline.interval().code(), kline.openTimeMs());
                if (kline.last().blockTimeSeconds() < untilSecond) {
                    former.put(key, kline);
                } else if (former.containsKey(key)) {
                    again.add(former.get(key));
                }
            }
            write(updates.pair(), again);
        }

        private void write(Pair pair, List<Kline> klines) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
                for (Kline kline : klines) {
                    Object[] values = {
                        pair.chainId(),
                        pair.address(),
                        kline.interval().code(),
                        kline.openTimeMs() / 1000,
                        kline.open(),
                        kline.high(),
                        kline.low(),
                        kline.close(),
                        kline.mcapOpen(),
                        kline.mcapHigh(),
                        kline.mcapLow(),
                        kline.mcapClose(),
                        kline.volumeUsd(),
                        kline.volumeToken(),
                        kline.buyVolumeUsd(),
                        kline.buyVolumeToken(),
                        kline.trades(),
                        kline.buys(),
                        kline.sells(),
                        kline.vwap(),
                        kline.first().blockTimeSeconds(),
                        kline.last().blockTimeSeconds(),
                        kline.closed()
                    };
                    for (int i = 0; i < values.length; i++) {
                        statement.setObject(i + 1, values[i]);
                    }
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        @Override
        public void close() throws SQLException {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
