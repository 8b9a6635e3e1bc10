package io.dexklines.smartmoney;

import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.smartmoney.TokenBuys.Cluster;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Detects clusters: several wallets that bought the same token within a window of block time.
 *
 * <p>There is one alert for a cluster, when enough distinct wallets have bought. A later buy within
 * one window of the cluster's buys extends the cluster without an alert. Buys may arrive out of
 * order by up to one window. A buy that is older than the newest one by more than a window is
 * ignored.
 */
public final class ClusterDecisions {

    private static final Comparator<Buy> BY_TIME =
            Comparator.comparingLong(Buy::blockTimeSeconds).thenComparing(Buy::identity);

    private final int wallets;
    private final long windowMs;
    private final double minUsd;

    /**
     * @param wallets the number of distinct wallets that make a cluster
     * @param windowMs the window of block time in which they buy, milliseconds
     * @param minUsd the smallest value of a buy that counts, USD
     */
    public ClusterDecisions(int wallets, long windowMs, double minUsd) {
        this.wallets = wallets;
        this.windowMs = windowMs;
        this.minUsd = minUsd;
    }

    /**
     * The decision on a buy.
     *
     * @param token the new state of the token
     * @param alert the alert; null if there is none
     */
    public record Decision(TokenBuys token, ClusterAlert alert) {}

    /**
     * Returns the key of the bought token: the token, or the pair if the trade does not name it.
     */
    public static String tokenOf(Trade trade) {
        String token = trade.labels().tokenAddress();
        return trade.chainId()
                + ":"
                + (token.isEmpty()
                        ? trade.pairAddress()
                        : Identifier.address(trade.chainId(), token));
    }

    /** Returns whether a trade can be part of a cluster: a large enough buy, no sandwich trade. */
    public boolean counts(Trade trade) {
        return trade.buy() && !trade.clamp() && trade.totalUsd() >= minUsd;
    }

    /**
     * Decides a trade for which {@link #counts} is true.
     *
     * @param before the state of the token; null if there is none
     * @param arrivalMs when the trade arrived, epoch milliseconds
     */
    public Decision decide(TokenBuys before, SmartMoneyTrade hit, long arrivalMs) {
        Trade trade = hit.trade();
        long seconds = trade.position().blockTimeSeconds();
        boolean isKnown = before != null && arrivalMs < before.untilMs();
        long newest = isKnown ? Math.max(before.newestSeconds(), seconds) : seconds;
        List<Buy> buys = new ArrayList<>();
        List<Cluster> clusters = new ArrayList<>();
        if (isKnown) {
            before.buys().stream()
                    .filter(buy -> isWithin(2 * windowMs, buy.blockTimeSeconds(), newest))
                    .forEach(buys::add);
            before.clusters().stream()
                    .filter(cluster -> isWithin(2 * windowMs, cluster.lastSeconds(), newest))
                    .forEach(clusters::add);
        }
        ClusterAlert alert = null;
        if (isWithin(windowMs, seconds, newest) && !extendsAny(clusters, seconds)) {
            buys.add(
                    new Buy(
                            hit.wallet(),
                            hit.label(),
                            trade.totalUsd(),
                            seconds,
                            trade.identity()));
            buys.sort(BY_TIME);
            List<Buy> members = clusterAround(seconds, buys);
            if (!members.isEmpty()) {
                Cluster cluster =
                        new Cluster(
                                members.get(0).blockTimeSeconds(),
                                members.get(members.size() - 1).blockTimeSeconds());
                clusters.add(cluster);
                buys.removeIf(other -> isNear(cluster, other.blockTimeSeconds()));
                alert = alert(trade, members, cluster);
            }
        }
        return new Decision(new TokenBuys(arrivalMs + 2 * windowMs, newest, buys, clusters), alert);
    }

    /** Extends each cluster that the buy belongs to. Returns whether there are any. */
    private boolean extendsAny(List<Cluster> clusters, long seconds) {
        boolean any = false;
        for (int i = 0; i < clusters.size(); i++) {
            if (isNear(clusters.get(i), seconds)) {
                clusters.set(i, clusters.get(i).with(seconds));
                any = true;
            }
        }
        return any;
    }

    /**
     * Returns the buys of the first window that contains a block time and has enough wallets; empty
     * if there is none. The window moves over the buys once, so the time is linear in their number.
     */
    private List<Buy> clusterAround(long seconds, List<Buy> byTime) {
        Map<Wallet, Integer> buysInWindow = new HashMap<>();
        int end = 0;
        for (int from = 0; from < byTime.size(); from++) {
            long first = byTime.get(from).blockTimeSeconds();
            if (first > seconds) {
                break;
            }
            if (!isWithin(windowMs, first, seconds)) {
                continue;
            }
            end = Math.max(end, from);
            while (end < byTime.size()
                    && isWithin(windowMs, first, byTime.get(end).blockTimeSeconds())) {
                buysInWindow.merge(byTime.get(end).wallet(), 1, Integer::sum);
                end++;
            }
            if (buysInWindow.size() >= wallets) {
                return List.copyOf(byTime.subList(from, end));
            }
            buysInWindow.computeIfPresent(
                    byTime.get(from).wallet(), (wallet, buys) -> buys == 1 ? null : buys - 1);
        }
        return List.of();
    }

    private boolean isNear(Cluster cluster, long seconds) {
        return isWithin(windowMs, seconds, cluster.firstSeconds())
                && isWithin(windowMs, cluster.lastSeconds(), seconds);
    }

    /** Returns whether {@code seconds} is at most {@code ms} before {@code laterSeconds}. */
    private static boolean isWithin(long ms, long seconds, long laterSeconds) {
        return laterSeconds - seconds <= ms / 1000;
    }

    /** Returns the sum of two values; the largest double if the sum is larger. */
    private static double sum(double usd, double otherUsd) {
        return Math.min(usd + otherUsd, Double.MAX_VALUE);
    }

    private static ClusterAlert alert(Trade trade, List<Buy> buys, Cluster cluster) {
        Map<Wallet, Member> members = new LinkedHashMap<>();
        double usd = 0;
        for (Buy buy : buys) {
            usd = sum(usd, buy.usd());
            members.merge(
                    buy.wallet(),
                    new Member(buy.wallet(), buy.label(), buy.usd(), buy.blockTimeSeconds()),
                    (first, next) ->
                            new Member(
                                    first.wallet(),
                                    first.label(),
                                    sum(first.usd(), next.usd()),
                                    first.blockTimeSeconds()));
        }
        // unique, because a buy is the first of at most one cluster
        String id = TradeIdentity.within(buys.get(0).identity(), tokenOf(trade)).text();
        return new ClusterAlert(
                id,
                trade.chainId(),
                Identifier.address(trade.chainId(), trade.labels().tokenAddress()),
                trade.labels().tokenSymbol(),
                List.copyOf(members.values()),
                usd,
                cluster.firstSeconds(),
                cluster.lastSeconds());
    }
}
