package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.pairs.DayStatistics;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.relay.pairs.PairOrder;
import io.dexklines.relay.pairs.PairSummary;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Serves {@code /api/pairs}. */
final class PairsEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_OFFSET = 10_000_000;
    private static final int MAX_AGE_SECONDS = 1;

    private final PairDirectory directory;

    PairsEndpoint(PairDirectory directory) {
        this.directory = directory;
    }

    Response pairs(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly("search", "chain_id", "sort", "limit", "offset");
        PairFilter filter = parameters.pairs("search", parameters.identifier("chain_id"));
        String sort = parameters.word("sort", List.of("volume", "change", "trades", "symbol"));
        PairOrder order = PairOrder.valueOf(sort.toUpperCase(Locale.ROOT));
        PairDirectory.Matches matches =
                directory.find(
                        filter,
                        order,
                        (int) parameters.number("offset", 0, 0, MAX_OFFSET),
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT),
                        cancellation);
        Set<KlineHistory.Source> missing =
                matches.tableUnreachable() ? Set.of(KlineHistory.Source.MYSQL) : Set.of();
        return Response.ok(
                Response.object()
                        .putPOJO(
                                "pairs",
                                matches.pairs().stream().map(PairsEndpoint::object).toList())
                        .put("total", matches.total())
                        .put("as_of", matches.asOf())
                        .putPOJO("missing", KlinesEndpoint.names(missing)),
                MAX_AGE_SECONDS);
    }

    private static ObjectNode object(PairSummary pair) {
        DayStatistics day = pair.statistics();
        return Response.object()
                .put("chain_id", pair.key().chainId())
                .put("pair_addr", pair.key().address())
                .put("swap_name", pair.labels().swapName())
                .put("token_addr", pair.labels().tokenAddress())
                .put("token_symbol", pair.labels().tokenSymbol())
                .put("base_token_symbol", pair.labels().baseTokenSymbol())
                .put("last_price", day == null ? null : Response.finite(day.last()))
                .put(
                        "change_24h_percent",
                        day == null ? null : Response.finite(day.changePercent()))
                .put("high_24h", day == null ? null : Response.finite(day.high()))
                .put("low_24h", day == null ? null : Response.finite(day.low()))
                .put("volume_usd_24h", day == null ? null : Response.finite(day.volumeUsd()))
                .put("trades_24h", day == null ? null : (Long) day.trades());
    }
}
