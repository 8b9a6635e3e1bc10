package io.dexklines.smartmoney;

import io.dexklines.smartmoney.WalletMemory.Cooldown;
import io.dexklines.trade.FormerIdentity;
import io.dexklines.trade.Trade;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a trade that passed the filter is a hit, whether it is redelivered or a first
 * buy, and which followers to notify.
 *
 * <p>Hits and buys are remembered from the arrival of the trade. The cooldown is measured in block
 * time, so a backlog leads to the same notifications as the same trades read live.
 */
public final class WalletDecisions {

    private final long rememberTradesMs;
    private final long rememberFirstBuysMs;

    /**
     * @param rememberTradesMs how long a redelivered trade is recognised, milliseconds
     * @param rememberFirstBuysMs how long after a wallet's last buy in a pair the next one does not
     *     count as its first, milliseconds
     */
    public WalletDecisions(long rememberTradesMs, long rememberFirstBuysMs) {
        this.rememberTradesMs = rememberTradesMs;
        this.rememberFirstBuysMs = rememberFirstBuysMs;
    }

    /** The outcome for a trade. */
    public enum Outcome {
        /** The wallet is not listed: a false positive of the filter, or a wallet just unlisted. */
        NOT_LISTED,
        /** The trade is redelivered. */
        REDELIVERED,
        /** The trade is a hit. */
        HIT
    }

    /**
     * The decision on a trade.
     *
     * @param hit the hit; null unless the outcome is {@link Outcome#HIT}
     * @param notifications one for each follower to notify, in no particular order
     * @param rememberedUntilMs the earliest expiry of the entries that the decision added to the
     *     memory, epoch milliseconds; {@link Long#MAX_VALUE} if there are none
     */
    public record Decision(
            Outcome outcome,
            SmartMoneyTrade hit,
            List<Notification> notifications,
            long rememberedUntilMs) {

        private static final Decision NOT_LISTED =
                new Decision(Outcome.NOT_LISTED, null, List.of(), Long.MAX_VALUE);

        private static final Decision REDELIVERED =
                new Decision(Outcome.REDELIVERED, null, List.of(), Long.MAX_VALUE);
    }

    /** Decides a trade. A hit is added to the memory. */
    public Decision decide(WalletTrade arrived, WalletMemory memory) throws Exception {
        String label = memory.label();
        if (label == null) {
            return Decision.NOT_LISTED;
        }
        Trade trade = arrived.trade();
        long arrivalMs = arrived.arrivalMs();
        if (isRemembered(memory.trades().get(trade.identity()), arrivalMs)
                || isRemembered(
                        memory.formerTrades().get(FormerIdentity.of(trade).low()), arrivalMs)) {
            return Decision.REDELIVERED;
        }
        long untilMs = arrivalMs + rememberTradesMs;
        memory.trades().put(trade.identity(), untilMs);
        boolean firstBuy = false;
        if (trade.buy()) {
            Long boughtUntilMs = memory.boughtPairs().get(trade.pairAddress());
            firstBuy = boughtUntilMs == null || boughtUntilMs <= arrivalMs;
            long newUntilMs = arrivalMs + rememberFirstBuysMs;
            // trades that are decided together are not in the order of their arrival
            if (boughtUntilMs == null || boughtUntilMs < newUntilMs) {
                memory.boughtPairs().put(trade.pairAddress(), newUntilMs);
            }
            untilMs = Math.min(untilMs, newUntilMs);
        }
        SmartMoneyTrade hit = new SmartMoneyTrade(arrived.wallet(), label, firstBuy, trade);
        List<Notification> notifications = new ArrayList<>();
        for (Follow follow : memory.follows()) {
            if (follow.wants(trade) && !isSuppressed(arrived, follow, memory)) {
                notifications.add(Notification.of(follow.userId(), hit));
                if (follow.hasCooldown()) {
                    untilMs = Math.min(untilMs, follow.cooldownEndMs(arrivalMs));
                }
            }
        }
        return new Decision(Outcome.HIT, hit, notifications, untilMs);
    }

    private static boolean isRemembered(Long untilMs, long arrivalMs) {
        return untilMs != null && arrivalMs < untilMs;
    }

    /** Returns whether a cooldown suppresses the notification. If not, begins a new cooldown. */
    private static boolean isSuppressed(WalletTrade arrived, Follow follow, WalletMemory memory)
            throws Exception {
        if (!follow.hasCooldown()) {
            return false;
        }
        long blockTimeSeconds = arrived.trade().position().blockTimeSeconds();
        long arrivalMs = arrived.arrivalMs();
        String key = WalletMemory.cooldownKey(follow.userId(), arrived.trade().pairAddress());
        Cooldown last = memory.cooldowns().get(key);
        if (last != null
                && arrivalMs < last.untilMs()
                && follow.isTooSoon(blockTimeSeconds, last.blockTimeSeconds())) {
            return true;
        }
        memory.cooldowns()
                .put(key, new Cooldown(blockTimeSeconds, follow.cooldownEndMs(arrivalMs)));
        return false;
    }
}
