package io.dexklines.peer.flink;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/**
 * Klines by nine {@code TUMBLE} aggregations of Flink SQL in one statement set. A kline is emitted
 * once, when the watermark closes it. SQL has no aggregate that takes the first value by another
 * column, so {@code FIRST_VALUE} and {@code LAST_VALUE} are those of the order of arrival.
 *
 * <p>Arguments: bootstrap servers, consumer group, and optionally a folder for the klines.
 */
public final class TumbleSqlJob {

    /** The default of Kafka's consumer. */
    private static final int MAX_POLL_RECORDS = 500;

    /**
     * How many records each of nine consumers polls at once. The queries whose klines are written
     * to files do not share a source, and 500 records of each would not fit in the heap.
     */
    private static final int MAX_POLL_RECORDS_OF_NINE = 50;

    private TumbleSqlJob() {}

    public static void main(String[] args) throws Exception {
        boolean writesFiles = args.length > 2;
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().enableObjectReuse();
        StreamTableEnvironment tables = StreamTableEnvironment.create(env);
        tables.getConfig().set("table.local-time-zone", "UTC");
        tables.executeSql(
                """
                CREATE TABLE trades (
                    chain_id STRING,
                    pair_addr STRING,
                    `type` STRING,
                    block_time BIGINT,
                    token_price_usd DOUBLE,
                    mcap DOUBLE,
                    total_usd DOUBLE,
                    token_amount DOUBLE,
                    ts AS TO_TIMESTAMP_LTZ(block_time, 0),
                    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
                ) WITH (
                    'connector' = 'kafka',
                    'topic' = '%s',
                    'properties.bootstrap.servers' = '%s',
                    'properties.group.id' = '%s',
                    'scan.startup.mode' = 'earliest-offset',
                    'scan.bounded.mode' = 'latest-offset',
                    'properties.max.poll.records' = '%d',
                    'format' = 'json')
                """
                        .formatted(
                                String.join(";", Topics.NAMES),
                                args[0],
                                args[1],
                                writesFiles ? MAX_POLL_RECORDS_OF_NINE : MAX_POLL_RECORDS));
        tables.executeSql(
                """
                CREATE TEMPORARY VIEW swaps AS
                SELECT
                    CONCAT(chain_id, ':', IF(chain_id = '100000', pair_addr, LOWER(pair_addr)))
                        AS pair,
                    `type` = 'buy' AS buy,
                    token_price_usd AS price,
                    mcap,
                    total_usd AS usd,
                    token_amount AS tokens,
                    ts
                FROM trades
                WHERE `type` = 'buy' OR `type` = 'sell'
                """);
        if (writesFiles) {
            writeFiles(env, tables, args);
        } else {
            discard(tables);
        }
    }

    private static String klines(KlineInterval interval) {
        return """
        SELECT pair, window_start,
            FIRST_VALUE(price) AS open_usd, MAX(price) AS high_usd,
            MIN(price) AS low_usd, LAST_VALUE(price) AS close_usd,
            FIRST_VALUE(mcap) AS mcap_open, MAX(mcap) AS mcap_high,
            MIN(mcap) AS mcap_low, LAST_VALUE(mcap) AS mcap_close,
            SUM(usd) AS volume_usd, SUM(tokens) AS volume_token,
            SUM(IF(buy, usd, 0E0)) AS buy_volume_usd,
            SUM(IF(buy, tokens, 0E0)) AS buy_volume_token,
            COUNT(*) AS trades, SUM(IF(buy, 1, 0)) AS buys
        FROM TABLE(TUMBLE(TABLE swaps, DESCRIPTOR(ts),
            INTERVAL '%d' MINUTE(5), INTERVAL '%d' MINUTE(5)))
        GROUP BY pair, window_start, window_end
        """
                .formatted(interval.length().toMinutes(), interval.offset().toMinutes());
    }

    private static void discard(StreamTableEnvironment tables) {
        StatementSet all = tables.createStatementSet();
        for (KlineInterval interval : KlineInterval.values()) {
            String sink = "klines_" + interval.code();
            tables.executeSql(
                    """
                    CREATE TABLE %s (
                        pair STRING, window_start TIMESTAMP(3),
                        open_usd DOUBLE, high_usd DOUBLE, low_usd DOUBLE, close_usd DOUBLE,
                        mcap_open DOUBLE, mcap_high DOUBLE, mcap_low DOUBLE, mcap_close DOUBLE,
                        volume_usd DOUBLE, volume_token DOUBLE,
                        buy_volume_usd DOUBLE, buy_volume_token DOUBLE,
                        trades BIGINT, buys INT
                    ) WITH ('connector' = 'blackhole')
                    """
                            .formatted(sink));
            all.addInsertSql("INSERT INTO " + sink + " " + klines(interval));
        }
        all.execute();
    }

    private static void writeFiles(
            StreamExecutionEnvironment env, StreamTableEnvironment tables, String[] args)
            throws Exception {
        for (KlineInterval interval : KlineInterval.values()) {
            String code = interval.code();
            tables.toDataStream(tables.sqlQuery(klines(interval)))
                    .map(row -> kline(row, code))
                    .returns(Types.POJO(Kline.class))
                    .sinkTo(Output.of(args));
        }
        env.execute("tumble");
    }

    private static Kline kline(Row row, String interval) {
        Kline kline = new Kline();
        kline.pair = row.getFieldAs("pair");
        kline.interval = interval;
        LocalDateTime start = row.getFieldAs("window_start");
        Instant opening = start.toInstant(ZoneOffset.UTC);
        kline.openTimeMs = opening.toEpochMilli();
        kline.open = row.<Double>getFieldAs("open_usd");
        kline.high = row.<Double>getFieldAs("high_usd");
        kline.low = row.<Double>getFieldAs("low_usd");
        kline.close = row.<Double>getFieldAs("close_usd");
        kline.mcapOpen = row.<Double>getFieldAs("mcap_open");
        kline.mcapHigh = row.<Double>getFieldAs("mcap_high");
        kline.mcapLow = row.<Double>getFieldAs("mcap_low");
        kline.mcapClose = row.<Double>getFieldAs("mcap_close");
        kline.volumeUsd = row.<Double>getFieldAs("volume_usd");
        kline.volumeToken = row.<Double>getFieldAs("volume_token");
        kline.buyVolumeUsd = row.<Double>getFieldAs("buy_volume_usd");
        kline.buyVolumeToken = row.<Double>getFieldAs("buy_volume_token");
        kline.trades = row.<Long>getFieldAs("trades");
        kline.buys = row.<Integer>getFieldAs("buys");
        return kline;
    }
}
