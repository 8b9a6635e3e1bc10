package io.dexklines.connector.redis.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.connector.redis.RedisCommand;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class RowConverterTest {
    private static final DataType PRICES =
            DataTypes.ROW(
                    DataTypes.FIELD("symbol", DataTypes.STRING().notNull()),
                    DataTypes.FIELD("venue", DataTypes.STRING().notNull()),
                    DataTypes.FIELD("price", DataTypes.DECIMAL(20, 4)),
                    DataTypes.FIELD("trades", DataTypes.BIGINT().notNull()));
    private static final int[] BY_VENUE_AND_SYMBOL = {1, 0};

    private static final DataType SCORES =
            DataTypes.ROW(
                    DataTypes.FIELD("game", DataTypes.STRING().notNull()),
                    DataTypes.FIELD("player", DataTypes.STRING().notNull()),
                    DataTypes.FIELD("score", DataTypes.DOUBLE()));

    @Test
    void aRowIsAHashWhoseKeyFollowsTheOrderOfThePrimaryKey() {
        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                Map.of("command", "hset", "key.prefix", "price:"),
                                price(RowKind.INSERT, "EUR", "x", "1.5000", 7)))
                .containsExactly(
                        RedisCommand.of("HSET")
                                .key("price:x:EUR")
                                .arg("price")
                                .arg("1.5000")
                                .arg("trades")
                                .arg("7")
                                .build());
    }

    @Test
    void aNullColumnHasNoFieldAndTheTtlRestarts() {
        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                Map.of("command", "HSET", "ttl", "1 min"),
                                price(RowKind.UPDATE_AFTER, "EUR", "x", null, 7)))
                .containsExactly(
                        RedisCommand.of("HSET").key("x:EUR").arg("trades").arg("7").build(),
                        RedisCommand.of("HDEL").key("x:EUR").arg("price").build(),
                        RedisCommand.of("PEXPIRE").key("x:EUR").arg(60_000L).build());
    }

    @Test
    void aDeletedRowDeletesTheHash() {
        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                Map.of("command", "HSET"),
                                price(RowKind.DELETE, "EUR", "x", null, 7)))
                .containsExactly(RedisCommand.of("DEL").key("x:EUR").build());
    }

    @Test
    void anUpdateBeforeIsIgnored() {
        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                Map.of("command", "HSET"),
                                price(RowKind.UPDATE_BEFORE, "EUR", "x", null, 7)))
                .isEmpty();
    }

    @Test
    void noTwoRowsShareAKey() {
        assertThat(key("a:b", "c")).isEqualTo(RedisCommand.of("DEL").key("a\\:b:c").build());
        assertThat(key("a", "b:c")).isEqualTo(RedisCommand.of("DEL").key("a:b:c").build());
        assertThat(key("a\\", "b:c")).isEqualTo(RedisCommand.of("DEL").key("a\\\\:b:c").build());
    }

    @Test
    void aVersionedRowIsAScriptCall() {
        Map<String, String> options = Map.of("command", "HSET", "version-column", "trades");

        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                options,
                                price(RowKind.INSERT, "EUR", "x", null, 7)))
                .containsExactly(
                        RedisCommand.call(VersionedHashConverter.UPSERT)
                                .key("x:EUR")
                                .arg("trades")
                                .arg("7")
                                .arg("0")
                                .arg("1")
                                .arg("price")
                                .arg("trades")
                                .arg("7")
                                .build());
        assertThat(
                        convert(
                                PRICES,
                                BY_VENUE_AND_SYMBOL,
                                options,
                                price(RowKind.DELETE, "EUR", "x", null, 7)))
                .containsExactly(
                        RedisCommand.call(VersionedHashConverter.DELETE)
                                .key("x:EUR")
                                .arg("trades")
                                .arg("7")
                                .arg("3600000")
                                .build());
    }

    @Test
    void aRowWithOneValueIsAString() {
        DataType type =
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT().notNull()),
                        DataTypes.FIELD("value", DataTypes.BYTES()));
        int[] byId = {0};
        byte[] bytes = {0, -1};

        assertThat(
                        convert(
                                type,
                                byId,
                                Map.of("command", "SET", "key.prefix", "v", "ttl", "5 s"),
                                GenericRowData.of(3, bytes)))
                .containsExactly(
                        RedisCommand.of("SET").key("v3").arg(bytes).arg("PX").arg(5_000L).build());
        assertThat(convert(type, byId, Map.of("command", "SET"), GenericRowData.of(3, null)))
                .containsExactly(RedisCommand.of("DEL").key("3").build());
        assertThat(
                        convert(
                                type,
                                byId,
                                Map.of("command", "SET"),
                                GenericRowData.ofKind(RowKind.DELETE, 3, null)))
                .containsExactly(RedisCommand.of("DEL").key("3").build());
    }

    @Test
    void theLastColumnOfThePrimaryKeyIsTheMemberOfASortedSet() {
        int[] byGameAndPlayer = {0, 1};
        Map<String, String> options = Map.of("command", "ZADD", "key.prefix", "board:");

        assertThat(
                        convert(
                                SCORES,
                                byGameAndPlayer,
                                options,
                                score(RowKind.INSERT, "go", "ann", 12.5)))
                .containsExactly(
                        RedisCommand.of("ZADD").key("board:go").arg("12.5").arg("ann").build());
        RedisCommand removal = RedisCommand.of("ZREM").key("board:go").arg("ann").build();
        assertThat(
                        convert(
                                SCORES,
                                byGameAndPlayer,
                                options,
                                score(RowKind.INSERT, "go", "ann", null)))
                .containsExactly(removal);
        assertThat(
                        convert(
                                SCORES,
                                byGameAndPlayer,
                                options,
                                score(RowKind.DELETE, "go", "ann", null)))
                .containsExactly(removal);
    }

    @Test
    void thePrefixIsTheKeyOfASortedSetIfThePrimaryKeyHasOneColumn() {
        DataType type =
                DataTypes.ROW(
                        DataTypes.FIELD("player", DataTypes.STRING().notNull()),
                        DataTypes.FIELD("score", DataTypes.INT()));

        assertThat(
                        convert(
                                type,
                                new int[] {0},
                                Map.of("command", "ZADD", "key.prefix", "board"),
                                GenericRowData.of(StringData.fromString("ann"), 3)))
                .containsExactly(RedisCommand.of("ZADD").key("board").arg("3").arg("ann").build());
    }

    @Test
    void everySupportedTypeIsEncoded() {
        DataType type =
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT().notNull()),
                        DataTypes.FIELD("truth", DataTypes.BOOLEAN()),
                        DataTypes.FIELD("big", DataTypes.BIGINT()),
                        DataTypes.FIELD("decimal", DataTypes.DECIMAL(38, 2)),
                        DataTypes.FIELD("real", DataTypes.DOUBLE()),
                        DataTypes.FIELD("day", DataTypes.DATE()),
                        DataTypes.FIELD("clock", DataTypes.TIME(3)),
                        DataTypes.FIELD("local", DataTypes.TIMESTAMP(9)),
                        DataTypes.FIELD("instant", DataTypes.TIMESTAMP_LTZ(3)),
                        DataTypes.FIELD("text", DataTypes.STRING()));
        RowData row =
                GenericRowData.of(
                        1,
                        true,
                        Long.MIN_VALUE,
                        DecimalData.fromBigDecimal(new BigDecimal("1E+30"), 38, 2),
                        1e10,
                        20_000,
                        43_200_000,
                        TimestampData.fromLocalDateTime(LocalDateTime.of(2026, 1, 2, 3, 4, 0, 5)),
                        TimestampData.fromInstant(Instant.ofEpochMilli(1_500)),
                        StringData.fromString("ä"));

        assertThat(convert(type, new int[] {0}, Map.of("command", "HSET"), row))
                .containsExactly(
                        RedisCommand.of("HSET")
                                .key("1")
                                .arg("truth")
                                .arg("true")
                                .arg("big")
                                .arg("-9223372036854775808")
                                .arg("decimal")
                                .arg("1000000000000000000000000000000.00")
                                .arg("real")
                                .arg("1.0E10")
                                .arg("day")
                                .arg("2024-10-04")
                                .arg("clock")
                                .arg("12:00:00")
                                .arg("local")
                                .arg("2026-01-02T03:04:00.000000005")
                                .arg("instant")
                                .arg("1970-01-01T00:00:01.500Z")
                                .arg("text")
                                .arg("ä")
                                .build());
    }

    @Test
    void aTableThatDoesNotFitTheCommandIsRefused() {
        int[] none = {};
        int[] byPlayer = {1};
        assertRefused(PRICES, none, Map.of("command", "HSET"), "needs a PRIMARY KEY");
        assertRefused(PRICES, new int[] {0}, Map.of("command", "SET"), "there are 3");
        assertRefused(
                DataTypes.ROW(DataTypes.FIELD("id", DataTypes.INT().notNull())),
                new int[] {0},
                Map.of("command", "HSET"),
                "a column outside the primary key");
        assertRefused(
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT().notNull()),
                        DataTypes.FIELD("list", DataTypes.ARRAY(DataTypes.INT()))),
                new int[] {0},
                Map.of("command", "HSET"),
                "'list' is of type ARRAY<INT>");
        assertRefused(
                DataTypes.ROW(
                        DataTypes.FIELD("player", DataTypes.STRING()),
                        DataTypes.FIELD("score", DataTypes.STRING())),
                new int[] {0},
                Map.of("command", "ZADD", "key.prefix", "board"),
                "must be a number, not STRING");
        assertRefused(
                DataTypes.ROW(
                        DataTypes.FIELD("score", DataTypes.INT()),
                        DataTypes.FIELD("player", DataTypes.STRING().notNull())),
                byPlayer,
                Map.of("command", "ZADD"),
                "The sorted set has no key");
        assertRefused(
                PRICES,
                BY_VENUE_AND_SYMBOL,
                Map.of("command", "HSET", "key.separator", "::"),
                "'key.separator' must be one ASCII character");
        assertRefused(
                PRICES,
                BY_VENUE_AND_SYMBOL,
                Map.of("command", "HSET", "ttl", "0 ms"),
                "'ttl' must be at least 1 ms");
    }

    @Test
    void theVersionColumnMustBeANotNullInteger() {
        assertRefused(
                SCORES,
                new int[] {0, 1},
                Map.of("command", "ZADD", "version-column", "score"),
                "requires 'command' = 'HSET'");
        assertRefused(
                SCORES,
                new int[] {0, 1},
                Map.of("command", "HSET", "version-column", "score"),
                "must be an integer and NOT NULL, but its type is DOUBLE");
        assertRefused(
                SCORES,
                new int[] {0, 1},
                Map.of("command", "HSET", "version-column", "game"),
                "is part of the primary key");
        assertRefused(
                SCORES,
                new int[] {0, 1},
                Map.of("command", "HSET", "version-column", "nothing"),
                "no column 'nothing'");
    }

    private static RedisCommand key(String venue, String symbol) {
        return convert(
                        PRICES,
                        BY_VENUE_AND_SYMBOL,
                        Map.of("command", "HSET"),
                        price(RowKind.DELETE, symbol, venue, null, 7))
                .get(0);
    }

    private static RowData price(
            RowKind kind, String symbol, String venue, String price, long trades) {
        return GenericRowData.ofKind(
                kind,
                StringData.fromString(symbol),
                StringData.fromString(venue),
                price == null ? null : DecimalData.fromBigDecimal(new BigDecimal(price), 20, 4),
                trades);
    }

    private static RowData score(RowKind kind, String game, String player, Double score) {
        return GenericRowData.ofKind(
                kind, StringData.fromString(game), StringData.fromString(player), score);
    }

    private static List<RedisCommand> convert(
            DataType type, int[] primaryKey, Map<String, String> options, RowData row) {
        RowType rowType = (RowType) type.getLogicalType();
        return new TableMapping(rowType, primaryKey, Configuration.fromMap(options))
                .converter(Set.copyOf(rowType.getFieldNames()))
                .convert(row, null);
    }

    private static void assertRefused(
            DataType type, int[] primaryKey, Map<String, String> options, String why) {
        assertThatThrownBy(
                        () ->
                                new TableMapping(
                                        (RowType) type.getLogicalType(),
                                        primaryKey,
                                        Configuration.fromMap(options)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(why);
    }
}
