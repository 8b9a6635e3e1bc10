package io.dexklines.sql;

import static org.apache.flink.table.api.DataTypes.BIGINT;
import static org.apache.flink.table.api.DataTypes.BOOLEAN;
import static org.apache.flink.table.api.DataTypes.BYTES;
import static org.apache.flink.table.api.DataTypes.DOUBLE;
import static org.apache.flink.table.api.DataTypes.FIELD;
import static org.apache.flink.table.api.DataTypes.INT;
import static org.apache.flink.table.api.DataTypes.ROW;
import static org.apache.flink.table.api.DataTypes.STRING;
import static org.apache.flink.table.api.DataTypes.TIMESTAMP;

import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** The columns of a table of trades. A table may declare any of them, in any order. */
enum TradeColumn {
    CHAIN_ID(STRING(), text(Trade::chainId)),
    PAIR_ADDR(STRING(), text(Trade::pairAddress)),
    TX_HASH(STRING(), text(Trade::txHash)),
    MAKER(STRING(), text(Trade::maker)),
    /** {@code buy} or {@code sell}. */
    SIDE(STRING(), text(trade -> trade.buy() ? "buy" : "sell")),
    TOKEN_AMOUNT(DOUBLE(), Trade::tokenAmount),
    BASE_TOKEN_AMOUNT(DOUBLE(), Trade::baseTokenAmount),
    TOTAL_USD(DOUBLE(), Trade::totalUsd),
    TOKEN_PRICE_USD(DOUBLE(), Trade::tokenPriceUsd),
    BASE_TOKEN_PRICE_USD(DOUBLE(), Trade::baseTokenPriceUsd),
    MCAP(DOUBLE(), Trade::mcapUsd),
    CLAMP(BOOLEAN(), Trade::clamp),
    /** UTC without a time zone, so daily windows begin at midnight UTC in every session. */
    BLOCK_TIME(
            TIMESTAMP(3),
            trade -> TimestampData.fromEpochMillis(1000 * trade.position().blockTimeSeconds())),
    SWAP_NAME(STRING(), text(trade -> trade.labels().swapName())),
    TOKEN_ADDR(STRING(), text(trade -> trade.labels().tokenAddress())),
    TOKEN_SYMBOL(STRING(), text(trade -> trade.labels().tokenSymbol())),
    BASE_TOKEN_SYMBOL(STRING(), text(trade -> trade.labels().baseTokenSymbol())),
    /** The identity as 32 hexadecimal digits: the same for a trade and its duplicates. */
    ID(STRING(), text(trade -> trade.identity().text())),
    /** The position of the trade, an argument of the aggregate functions. */
    PLACE(
            ROW(
                    FIELD("block_time", BIGINT()),
                    FIELD("block", BIGINT()),
                    FIELD("transaction_index", BIGINT()),
                    FIELD("log_index", BIGINT()),
                    FIELD("index", INT()),
                    FIELD("fields", BYTES())),
            trade -> Place.row(trade.position())),
    /** Index in the array of the record; -1 for a whole record. */
    ENTRY(INT(), trade -> trade.position().index(), ExcludedTrade::index),
    /** The reason why the entry is excluded; NULL for a trade. */
    REASON(STRING(), trade -> null, excluded -> string(excluded.reason().text())),
    /** A description of the reason, for people; NULL for a trade. */
    DETAIL(STRING(), trade -> null, excluded -> string(excluded.detail())),
    /** The excluded entry as JSON; NULL for a trade. */
    ORIGINAL(STRING(), trade -> null, excluded -> string(excluded.tradeJson()));

    private final DataType type;
    private final Function<Trade, Object> ofTrade;
    private final Function<ExcludedTrade, Object> ofExcluded;

    TradeColumn(DataType type, Function<Trade, Object> ofTrade) {
        this(type, ofTrade, excluded -> null);
    }

    TradeColumn(
            DataType type,
            Function<Trade, Object> ofTrade,
            Function<ExcludedTrade, Object> ofExcluded) {
        this.type = type;
        this.ofTrade = ofTrade;
        this.ofExcluded = ofExcluded;
    }

    /** Returns the column with the given name. */
    static Optional<TradeColumn> named(String name) {
        return Arrays.stream(values()).filter(column -> column.columnName().equals(name)).findAny();
    }

    /** Returns the name in SQL. */
    String columnName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the type in SQL. */
    LogicalType type() {
        return type.getLogicalType();
    }

    /** Returns the value for a trade, in Flink's internal data structures. */
    Object of(Trade trade) {
        return ofTrade.apply(trade);
    }

    /** Returns the value for an excluded entry; null if only trades have one. */
    Object of(ExcludedTrade excluded) {
        return ofExcluded.apply(excluded);
    }

    private static Function<Trade, Object> text(Function<Trade, String> text) {
        return trade -> string(text.apply(trade));
    }

    private static Object string(String text) {
        return StringData.fromString(text);
    }
}
