package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.EventPayload;
import io.dexklines.job.sink.OfPair;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.text.AddressCase;
import io.dexklines.text.Column;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of {@code sql/mysql} that the job writes. */
public final class Tables {

    /**
     * The table {@code kline}. A row is replaced by one with more trades, or by one with equally
     * many unless only the stored row is closed; see {@link Kline#supersedes}.
     */
    public static final Table<PairKline> KLINE = klines();

    /**
     * The table {@code pair}. An empty label means unknown and does not overwrite the stored one.
     */
    static final Table<PairRow> PAIR = pairs("%1$s = IF(VALUES(%1$s) = '', %1$s, VALUES(%1$s))");

    /**
     * The table {@code pair}, whose rows get a label only if it is unknown. Labels have no version,
     * so a copy must not replace those that the job writes.
     */
    static final Table<PairRow> PAIR_IF_UNKNOWN = pairs("%1$s = IF(%1$s = '', VALUES(%1$s), %1$s)");

    /**
     * The table {@code smart_money_trade}. An existing row is never changed. A trade that a former
     * version has written, under another id, is not written again.
     */
    static final Table<SmartMoneyTrade> SMART_MONEY_TRADE = smartMoneyTrades();

    /**
     * The table {@code smart_money_notification}. An existing row is never changed, so an event
     * that is found again keeps its first id.
     */
    static final Table<SmartMoneyEvent> SMART_MONEY_EVENT = smartMoneyEvents();

    /**
     * The column of the interval. Its field in the topic of refused rows is named {@code interval}.
     */
    static final String INTERVAL = "interval_code";

    private static final String NEWER =
            "VALUES(trades) > trades OR (VALUES(trades) = trades AND VALUES(closed) >= closed)";

    /** The length of the label columns, in Unicode code points. */
    private static final int LONGEST_LABEL = 128;

    private Tables() {}

    /** A row of the table {@code pair}. */
    record PairRow(Pair pair, PairLabels labels) implements OfPair {}

    private static Table<PairKline> klines() {
        List<Column<PairKline>> columns = new ArrayList<>(pairKey(PairKline::pair));
        columns.add(Column.text(INTERVAL, row -> row.kline().interval().code()));
        KlineColumns.TABLE.forEach(column -> columns.add(column.of(PairKline::kline)));
        // MySQL assigns from left to right, and the guard reads the values assigned so far.
        // Therefore closed and trades, which the guard reads, come last. Assigning closed does not
        // change the result of the guard for trades.
        Column<Kline> closed = KlineColumns.CLOSED;
        Column<Kline> trades = KlineColumns.TRADES;
        String update =
                Stream.concat(
                                KlineColumns.TABLE.stream()
                                        .skip(1)
                                        .filter(column -> column != closed && column != trades),
                                Stream.of(closed, trades))
                        .map(Column::name)
                        .map(name -> "%1$s = IF(%2$s, VALUES(%1$s), %1$s)".formatted(name, NEWER))
                        .collect(Collectors.joining(", "));
        return new Table<>(
                "kline",
                columns.subList(0, 4),
                columns,
                Comparator.comparing((PairKline row) -> row.pair().chainId())
                        .thenComparing(row -> row.pair().address())
                        .thenComparing(row -> row.kline().interval().code())
                        .thenComparingLong(row -> row.kline().openTimeMs()),
                update);
    }

    /**
     * @param update the assignment of a column
     */
    private static Table<PairRow> pairs(String update) {
        List<Column<PairRow>> columns = new ArrayList<>(pairKey(PairRow::pair));
        labels().forEach(column -> columns.add(column.of(PairRow::labels)));
        return new Table<>(
                "pair",
                columns.subList(0, 2),
                columns,
                Comparator.comparing((PairRow row) -> row.pair().chainId())
                        .thenComparing(row -> row.pair().address()),
                columns.stream()
                        .skip(2)
                        .map(Column::name)
                        .map(update::formatted)
                        .collect(Collectors.joining(", ")));
    }

    /**
     * Returns the table {@code pair_spelling}, which has the address of each pair in the given
     * case. An existing row is never changed.
     */
    static Table<Pair> pairSpelling(AddressCase addresses) {
        List<Column<Pair>> columns = new ArrayList<>(Tables.<Pair>pairKey(pair -> pair));
        columns.add(
                Column.text("pair_address", pair -> addresses.of(pair.chainId(), pair.address())));
        return new Table<>(
                "pair_spelling",
                columns.subList(0, 2),
                columns,
                Comparator.comparing(Pair::chainId).thenComparing(Pair::address),
                "pair_addr = pair_addr");
    }

    private static Table<SmartMoneyTrade> smartMoneyTrades() {
        List<Column<SmartMoneyTrade>> columns = new ArrayList<>();
        columns.add(Column.text("chain_id", row -> row.wallet().chainId()));
        columns.add(Column.text("wallet", row -> row.wallet().address()));
        columns.add(Column.whole("block_time", row -> row.trade().position().blockTimeSeconds()));
        columns.add(Column.text("id", SmartMoneyTrade::id));
        columns.add(Column.text("label", SmartMoneyTrade::label));
        columns.add(Column.text("pair_addr", row -> row.trade().pairAddress()));
        labels().forEach(column -> columns.add(column.of(row -> row.trade().labels())));
        Stream.of(
                        Column.<Trade>text("side", trade -> trade.buy() ? "buy" : "sell"),
                        Column.number("usd", Trade::totalUsd),
                        Column.number("token_amount", Trade::tokenAmount),
                        Column.number("base_token_amount", Trade::baseTokenAmount),
                        Column.number("price_usd", Trade::tokenPriceUsd),
                        Column.number("mcap", Trade::mcapUsd),
                        Column.text("tx_hash", Trade::txHash),
                        Column.<Trade>whole("block_num", trade -> trade.position().block()),
                        Column.<Trade>whole(
                                "transaction_index", trade -> trade.position().transactionIndex()),
                        Column.<Trade>whole("log_index", trade -> trade.position().logIndex()),
                        Column.flag("clamp", Trade::clamp))
                .forEach(column -> columns.add(column.of(SmartMoneyTrade::trade)));
        columns.add(Column.flag("first_buy", SmartMoneyTrade::firstBuy));
        return new Table<>(
                "smart_money_trade",
                columns.subList(0, 4),
                columns,
                Comparator.comparing((SmartMoneyTrade row) -> row.wallet().chainId())
                        .thenComparing(row -> row.wallet().address())
                        .thenComparingLong(row -> row.trade().position().blockTimeSeconds())
                        .thenComparing(SmartMoneyTrade::id),
                // INSERT IGNORE would turn the errors of a row into warnings
                "id = id",
                FormerTrades::withoutWritten);
    }

    private static Table<SmartMoneyEvent> smartMoneyEvents() {
        List<Column<SmartMoneyEvent>> columns =
                List.of(
                        Column.text("stream", SmartMoneyEvent::stream),
                        Column.text("id", SmartMoneyEvent::id),
                        Column.whole("block_time", SmartMoneyEvent::blockTimeSeconds),
                        Column.whole("event_id", SmartMoneyEvent::eventId),
                        Column.text(
                                "payload", event -> EventPayload.of(event, event.eventTimeMs())));
        return new Table<>(
                "smart_money_notification",
                columns.subList(0, 3),
                columns,
                Comparator.comparing(SmartMoneyEvent::stream)
                        .thenComparing(SmartMoneyEvent::id)
                        .thenComparingLong(SmartMoneyEvent::blockTimeSeconds),
                "id = id");
    }

    private static <R> List<Column<R>> pairKey(Function<R, Pair> pair) {
        return List.of(
                Column.text("chain_id", Pair::chainId).of(pair),
                Column.text("pair_addr", Pair::address).of(pair));
    }

    private static List<Column<PairLabels>> labels() {
        return List.of(
                Column.text("swap_name", labels -> cut(labels.swapName())),
                Column.text("token_addr", labels -> cut(labels.tokenAddress())),
                Column.text("token_symbol", labels -> cut(labels.tokenSymbol())),
                Column.text("base_token_symbol", labels -> cut(labels.baseTokenSymbol())));
    }

    /** Returns the label, cut to the length of its column. */
    private static String cut(String label) {
        if (label.codePointCount(0, label.length()) <= LONGEST_LABEL) {
            return label;
        }
        return label.substring(0, label.offsetByCodePoints(0, LONGEST_LABEL));
    }
}
