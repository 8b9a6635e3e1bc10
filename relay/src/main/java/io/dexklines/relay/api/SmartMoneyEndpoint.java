package io.dexklines.relay.api;

import io.dexklines.relay.history.Cancellation;
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

    /** Queries without wallet and pair scan the time index over this span at most. */
    private static final long MAX_SPAN_SECONDS = 7 * 86_400;

    private final Optional<MySqlSmartMoneyTrades> trades;
    private final Clock clock;

    SmartMoneyEndpoint(Optional<MySqlSmartMoneyTrades> trades, Clock clock) {
        this.trades = trades;
        this.clock = clock;
    }

    Response smartMoney(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly("chain_id", "pair_addr", "wallet", "from", "to", "limit");
        boolean anyTrade = !parameters.has("wallet") && !parameters.has("pair_addr");
        if (!anyTrade) {
            parameters.requiredText("chain_id");
        }
        String chainId = parameters.identifier("chain_id");
        long now = clock.instant().getEpochSecond();
        long from = parameters.time("from", anyTrade ? defaultFrom(parameters, now) : 0);
        long to = parameters.timeAfter(from);
        if (anyTrade && Math.min(to, now) - from > MAX_SPAN_SECONDS) {
            throw Parameters.illegal(
                    "from",
                    "expected at most 7 days before 'to', which is now unless given, without"
                            + " 'wallet' and 'pair_addr'");
        }
        MySqlSmartMoneyTrades.Selection selection =
                new MySqlSmartMoneyTrades.Selection(
                        chainId,
                        parameters.address("wallet", chainId),
                        parameters.address("pair_addr", chainId),
                        from,
                        to,
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT));
        MySqlSmartMoneyTrades table =
                trades.orElseThrow(
                        () ->
                                new StoreUnavailableException(
                                        "this relay has no MySQL to read from", null));
        MySqlSmartMoneyTrades.Found found = table.newest(selection, cancellation);
        Set<KlineHistory.Source> missing =
                found.complete() ? Set.of() : Set.of(KlineHistory.Source.MYSQL);
        return Response.ok(
                Response.object()
                        .putPOJO("trades", found.trades())
                        .putPOJO("missing", KlinesEndpoint.names(missing)),
                MAX_AGE_SECONDS);
    }

    private static long defaultFrom(Parameters parameters, long now) {
        return Math.max(0, Math.min(now, parameters.time("to", now)) - MAX_SPAN_SECONDS);
    }
}
