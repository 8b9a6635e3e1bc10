package io.dexklines.smartmoney;

import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.ClusterDecisions.Decision;
import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.smartmoney.TokenBuys.Cluster;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A reference implementation of {@link ClusterDecisions} that examines every window from scratch,
 * in quadratic time. It must be given the trades for which {@link ClusterDecisions#counts} is true.
 */
final class ExhaustiveClusterDecisions {

    private static final Comparator<Buy> BY_TIME =
            Comparator.comparingLong(Buy::blockTimeSeconds).thenComparing(Buy::identity);

    private final int wallets;
    private final long windowMs;

    ExhaustiveClusterDecisions(int wallets, long windowMs) {
        this.wallets = wallets;
        this.windowMs = windowMs;
    }

    Decision decide(TokenBuys before, SmartMoneyTrade hit, long arrivalMs) {
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
            Buy buy =
                    new Buy(hit.wallet(), hit.label(), trade.totalUsd(), seconds, trade.identity());
            buys.add(buy);
            buys.sort(BY_TIME);
            List<Buy> members = clusterWith(buy, buys);
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

    /** Returns the buys of the first window around a buy with enough wallets; empty if none. */
    private List<Buy> clusterWith(Buy buy, List<Buy> byTime) {
        for (int from = 0; from <= byTime.indexOf(buy); from++) {
            long first = byTime.get(from).blockTimeSeconds();
            if (!isWithin(windowMs, first, buy.blockTimeSeconds())) {
                continue;
            }
            List<Buy> window =
                    byTime.subList(from, byTime.size()).stream()
                            .filter(later -> isWithin(windowMs, first, later.blockTimeSeconds()))
                            .toList();
            Set<Wallet> distinct = new HashSet<>();
            window.forEach(member -> distinct.add(member.wallet()));
            if (distinct.size() >= wallets) {
                return window;
            }
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

    private static ClusterAlert alert(Trade trade, List<Buy> buys, Cluster cluster) {
        Map<Wallet, Member> members = new LinkedHashMap<>();
        double usd = 0;
        for (Buy buy : buys) {
            usd += buy.usd();
            members.merge(
                    buy.wallet(),
                    new Member(buy.wallet(), buy.label(), buy.usd(), buy.blockTimeSeconds()),
                    (first, next) ->
                            new Member(
                                    first.wallet(),
                                    first.label(),
                                    first.usd() + next.usd(),
                                    first.blockTimeSeconds()));
        }
        // unique, because a buy is the first of at most one cluster
        TradeId id = TradeIdentity.within(buys.get(0).identity(), ClusterDecisions.tokenOf(trade));
        return new ClusterAlert(
                id.text(),
                trade.chainId(),
                Identifier.address(trade.chainId(), trade.labels().tokenAddress()),
                trade.labels().tokenSymbol(),
                List.copyOf(members.values()),
                usd,
                cluster.firstSeconds(),
                cluster.lastSeconds());
    }
}
