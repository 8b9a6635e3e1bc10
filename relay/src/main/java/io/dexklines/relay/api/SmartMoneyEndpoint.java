package io.dexklines.relay.api;

import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.store.MySqlSmartMoneyTrades;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Serves {@code /api/smartmoney}. */
final class SmartMoneyEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_AGE_SECONDS = 1;

    /** Queries without wallet and pair scan the time index only this far back by default. */
    private static final long DEFAULT_SPAN_SECONDS = 7 * 86_400;

    private final Optional<MySqlSmartMoneyTrades> trades;
    private final Clock clock;

    SmartMoneyEndpoint(Optional<MySqlSmartMoneyTrades> trades, Clock clock) {
        this.trades = trades;
        this.clock = clock;
    }

    Response smartMoney(Parameters parameters) {
        parameters.allowOnly("chain_id", "pair_addr", "wallet", "from", "to", "limit");
        boolean anyTrade = !parameters.has("wallet") && !parameters.has("pair_addr");
        if (!anyTrade) {
            parameters.requiredText("chain_id");
        }
        String chainId = parameters.identifier("chain_id");
        long now = clock.instant().getEpochSecond();
        long from = parameters.time("from", anyTrade ? now - DEFAULT_SPAN_SECONDS : 0);
        MySqlSmartMoneyTrades.Selection selection =
                new MySqlSmartMoneyTrades.Selection(
                        chainId,
                        parameters.address("wallet", chainId),
                        parameters.address("pair_addr", chainId),
                        from,
                        parameters.timeAfter(from),
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT));
        MySqlSmartMoneyTrades table =
                trades.orElseThrow(
                        () ->
                                new StoreUnavailableException(
                                        "this relay has no MySQL to read from", null));
        MySqlSmartMoneyTrades.Found found = table.newest(selection);
        Set<KlineHistory.Source> missing =
                found.complete() ? Set.of() : Set.of(KlineHistory.Source.MYSQL);
        return Response.ok(
                Response.object()
                        .putPOJO("trades", found.trades())
                        .putPOJO("missing", KlinesEndpoint.names(missing)),
                MAX_AGE_SECONDS);
    }
}
