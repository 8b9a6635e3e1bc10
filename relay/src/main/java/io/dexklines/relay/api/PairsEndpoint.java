package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.pairs.DayFigures;
import io.dexklines.relay.pairs.PairBoard;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.relay.pairs.PairOrder;
import io.dexklines.relay.pairs.PairSummary;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code /api/pairs}. */
final class PairsEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_AGE_SECONDS = 1;

    private final PairBoard board;

    PairsEndpoint(PairBoard board) {
        this.board = board;
    }

    Answer pairs(Parameters parameters) {
        parameters.allowOnly("search", "chain_id", "sort", "limit");
        PairFilter filter =
                new PairFilter(parameters.text("chain_id", null), parameters.text("search", ""));
        String sort = parameters.word("sort", List.of("volume", "change", "trades", "symbol"));
        PairOrder order = PairOrder.valueOf(sort.toUpperCase(Locale.ROOT));
        PairBoard.Snapshot snapshot = board.snapshot();
        PairBoard.Found found =
                board.find(filter, order, parameters.limit(DEFAULT_LIMIT, MAX_LIMIT));
        return Answer.ok(Json.of(json -> write(json, found, snapshot)), MAX_AGE_SECONDS);
    }

    private static void write(
            JsonGenerator json, PairBoard.Found found, PairBoard.Snapshot snapshot)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("pairs");
        for (PairSummary pair : found.pairs()) {
            write(json, pair);
        }
        json.writeEndArray();
        json.writeNumberField("total", found.total());
        json.writeNumberField("as_of", snapshot.asOf());
        KlinesEndpoint.writeMissing(
                json, snapshot.tableAway() ? Set.of(KlineHistory.Source.MYSQL) : Set.of());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, PairSummary pair) throws IOException {
        json.writeStartObject();
        json.writeStringField("chain_id", pair.key().chainId());
        json.writeStringField("pair_addr", pair.key().pairAddr());
        json.writeStringField("swap_name", pair.labels().swapName());
        json.writeStringField("token_addr", pair.labels().tokenAddr());
        json.writeStringField("token_symbol", pair.labels().tokenSymbol());
        json.writeStringField("base_token_symbol", pair.labels().baseTokenSymbol());
        DayFigures figures = pair.figures();
        boolean known = figures != null;
        Json.number(json, "last_price", known ? figures.last() : Double.NaN);
        Json.number(json, "change_24h_percent", known ? figures.changePercent() : Double.NaN);
        Json.number(json, "high_24h", known ? figures.high() : Double.NaN);
        Json.number(json, "low_24h", known ? figures.low() : Double.NaN);
        Json.number(json, "volume_usd_24h", known ? figures.volumeUsd() : Double.NaN);
        json.writeFieldName("trades_24h");
        if (known) {
            json.writeNumber(figures.trades());
        } else {
            json.writeNull();
        }
        json.writeEndObject();
    }
}
