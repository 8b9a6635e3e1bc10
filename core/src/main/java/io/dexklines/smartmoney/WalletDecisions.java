package io.dexklines.smartmoney;

import io.dexklines.trade.Trade;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what a trade that passed the filter is worth: whether its wallet is listed, whether it
 * was found before, whether it is a first buy, and who is told.
 *
 * <p>What is remembered is counted from the arrival of trades, the cooldown by the time of their
 * blocks: a backlog that is read at once swallows as much as the same trades read one by one.
 */
public final class WalletDecisions {

    private final long rememberTradesMs;
    private final long rememberFirstBuysMs;

    /**
     * @param rememberTradesMs for how long a trade that comes again is found out, milliseconds
     * @param rememberFirstBuysMs for how long after a wallet's last buy in a pair the next one is
     *     not its first, milliseconds
     */
    public WalletDecisions(long rememberTradesMs, long rememberFirstBuysMs) {
        this.rememberTradesMs = rememberTradesMs;
        this.rememberFirstBuysMs = rememberFirstBuysMs;
    }

    /** What becomes of a trade. */
    public enum Verdict {
        /** Its wallet is not listed: the filter let it pass for another, or for a former one. */
        NOT_LISTED,
        /** It was found before. */
        FOUND_BEFORE,
        /** It is found. */
        FOUND
    }

    /**
     * What becomes of a trade.
     *
     * @param verdict what
     * @param trade the trade as it is found; null when it is not
     * @param notifications who is told, in no order
     * @param rememberedUntilMs the first moment at which something is forgotten that was remembered
     *     for it, epoch milliseconds; {@link Long#MAX_VALUE} when nothing was
     */
    public record Decision(
            Verdict verdict,
            SmartMoneyTrade trade,
            List<Notification> notifications,
            long rememberedUntilMs) {

        private static final Decision NOT_LISTED =
                new Decision(Verdict.NOT_LISTED, null, List.of(), Long.MAX_VALUE);

        private static final Decision FOUND_BEFORE =
                new Decision(Verdict.FOUND_BEFORE, null, List.of(), Long.MAX_VALUE);
    }

    /** Decides one trade, and remembers it when it is found. */
    public Decision decide(WalletTrade arrived, WalletMemory memory) throws Exception {
        String label = memory.label();
        if (label == null) {
            return Decision.NOT_LISTED;
        }
        Trade trade = arrived.trade();
        long arrivalMs = arrived.arrivalMs();
        Long foundUntilMs = memory.trades().get(trade.position().identity());
        if (foundUntilMs != null && arrivalMs < foundUntilMs) {
            return Decision.FOUND_BEFORE;
        }
        long untilMs = arrivalMs + rememberTradesMs;
        memory.trades().put(trade.position().identity(), untilMs);
        boolean firstBuy = false;
        if (trade.buy()) {
            Long boughtUntilMs = memory.boughtPairs().get(trade.pairAddress());
            firstBuy = boughtUntilMs == null || boughtUntilMs <= arrivalMs;
            long newUntilMs = arrivalMs + rememberFirstBuysMs;
            // trades that are decided together are not in the order in which they arrived
            if (boughtUntilMs == null || boughtUntilMs < newUntilMs) {
                memory.boughtPairs().put(trade.pairAddress(), newUntilMs);
            }
            untilMs = Math.min(untilMs, newUntilMs);
        }
        SmartMoneyTrade found = new SmartMoneyTrade(arrived.wallet(), label, firstBuy, trade);
        List<Notification> notifications = new ArrayList<>();
        for (Follow follow : memory.follows()) {
            if (follow.wants(trade) && !isSwallowed(arrived, follow, memory)) {
                notifications.add(Notification.of(follow.userId(), found));
                if (follow.hasCooldown()) {
                    untilMs = Math.min(untilMs, follow.cooldownEndMs(arrivalMs));
                }
            }
        }
        return new Decision(Verdict.FOUND, found, notifications, untilMs);
    }

    /** Whether a cooldown swallows the trade; otherwise the cooldown begins anew with it. */
    private static boolean isSwallowed(WalletTrade arrived, Follow follow, WalletMemory memory)
            throws Exception {
        if (!follow.hasCooldown()) {
            return false;
        }
        long blockTimeSeconds = arrived.trade().position().blockTimeSeconds();
        long arrivalMs = arrived.arrivalMs();
        String key = WalletMemory.cooldownKey(follow.userId(), arrived.trade().pairAddress());
        Cooldown told = memory.cooldowns().get(key);
        if (told != null
                && arrivalMs < told.untilMs()
                && follow.isTooSoon(blockTimeSeconds, told.blockTimeSeconds())) {
            return true;
        }
        memory.cooldowns()
                .put(key, new Cooldown(blockTimeSeconds, follow.cooldownEndMs(arrivalMs)));
        return false;
    }
}
