package io.dexklines.sql;

import static org.apache.flink.table.api.DataTypes.BIGINT;
import static org.apache.flink.table.api.DataTypes.BOOLEAN;
import static org.apache.flink.table.api.DataTypes.DOUBLE;
import static org.apache.flink.table.api.DataTypes.FIELD;
import static org.apache.flink.table.api.DataTypes.INT;
import static org.apache.flink.table.api.DataTypes.ROW;
import static org.apache.flink.table.api.DataTypes.STRING;
import static org.apache.flink.table.api.DataTypes.TIMESTAMP;

import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Trade;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;

/** The columns that a table of trades may have, in any choice and order. */
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
    /** UTC, and without a zone: windows of a day begin at midnight UTC wherever the session is. */
    BLOCK_TIME(
            TIMESTAMP(3),
            trade -> TimestampData.fromEpochMillis(1000 * trade.position().blockTimeSeconds())),
    SWAP_NAME(STRING(), text(trade -> trade.labels().swapName())),
    TOKEN_ADDR(STRING(), text(trade -> trade.labels().tokenAddress())),
    TOKEN_SYMBOL(STRING(), text(trade -> trade.labels().tokenSymbol())),
    BASE_TOKEN_SYMBOL(STRING(), text(trade -> trade.labels().baseTokenSymbol())),
    /** The identity, 16 hex digits: equal for a trade and its duplicates. */
    ID(STRING(), text(trade -> HexFormat.of().toHexDigits(trade.position().identity()))),
    /** Where the trade stands among all of its pair, for the functions. */
    PLACE(
            ROW(
                    FIELD("block_time", BIGINT()),
                    FIELD("block", BIGINT()),
                    FIELD("transaction_index", BIGINT()),
                    FIELD("log_index", BIGINT()),
                    FIELD("index", INT()),
                    FIELD("identity", BIGINT())),
            trade -> Place.row(trade.position())),
    /** The place in the record's array; -1 for a whole record. */
    ENTRY(INT(), trade -> trade.position().index(), ExcludedTrade::index),
    /** Why the entry is not a trade; NULL for a trade. */
    REASON(STRING(), trade -> null, excluded -> string(excluded.reason().text())),
    /** What exactly is wrong with it, for a person. */
    DETAIL(STRING(), trade -> null, excluded -> string(excluded.detail())),
    /** What is not a trade, as JSON. */
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

    /** The column of that name, if there is one. */
    static Optional<TradeColumn> named(String name) {
        return Arrays.stream(values()).filter(column -> column.columnName().equals(name)).findAny();
    }

    /** Its name in SQL. */
    String columnName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its type in SQL. */
    LogicalType type() {
        return type.getLogicalType();
    }

    /** Its value for a trade, as Flink's tables hold it. */
    Object of(Trade trade) {
        return ofTrade.apply(trade);
    }

    /** Its value for what is not a trade; null where only trades have one. */
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
