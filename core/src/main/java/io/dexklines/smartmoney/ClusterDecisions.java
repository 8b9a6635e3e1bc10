package io.dexklines.smartmoney;

import com.google.common.hash.Hashing;
import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.smartmoney.TokenBuys.Cluster;
import io.dexklines.trade.Address;
import io.dexklines.trade.Trade;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides when several wallets bought the same token within a short time of its blocks.
 *
 * <p>A cluster is told of once, when its last wallet makes it one. Whoever buys within a window of
 * one of its buys belongs to it, without a word, and stretches it; a new alert takes a cluster
 * beyond that. Buys may arrive in any order within a window: one that is older than the newest by
 * more is left out, as no window holds both.
 */
public final class ClusterDecisions {

    private static final Comparator<Buy> BY_TIME =
            Comparator.comparingLong(Buy::blockTimeSeconds).thenComparingLong(Buy::identity);

    private final int wallets;
    private final long windowMs;
    private final double minUsd;

    /**
     * @param wallets how many distinct wallets make a cluster
     * @param windowMs within how much block time, milliseconds
     * @param minUsd the least value of a buy that counts, USD
     */
    public ClusterDecisions(int wallets, long windowMs, double minUsd) {
        this.wallets = wallets;
        this.windowMs = windowMs;
        this.minUsd = minUsd;
    }

    /**
     * What a buy leads to.
     *
     * @param token what is remembered of the token from now on
     * @param alert what there is to tell; null for nothing
     */
    public record Decision(TokenBuys token, ClusterAlert alert) {}

    /** The name of what is bought: the token, or the pair where the trade does not name it. */
    public static String tokenOf(Trade trade) {
        String token = trade.labels().tokenAddress();
        return trade.chainId()
                + ":"
                + (token.isEmpty()
                        ? trade.pairAddress()
                        : Address.compared(trade.chainId(), token));
    }

    /** Whether the trade is one that clusters are made of: a buy of some worth, no sandwich. */
    public boolean counts(Trade trade) {
        return trade.buy() && !trade.clamp() && trade.totalUsd() >= minUsd;
    }

    /**
     * Decides a trade that {@linkplain #counts}.
     *
     * @param before what is remembered of its token; null for nothing
     * @param arrivalMs when it arrived, epoch milliseconds
     */
    public Decision decide(TokenBuys before, SmartMoneyTrade found, long arrivalMs) {
        Trade trade = found.trade();
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
        if (isWithin(windowMs, seconds, newest) && !stretches(clusters, seconds)) {
            Buy buy =
                    new Buy(
                            found.wallet(),
                            found.label(),
                            trade.totalUsd(),
                            seconds,
                            trade.position().identity());
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

    private boolean stretches(List<Cluster> clusters, long seconds) {
        boolean any = false;
        for (int i = 0; i < clusters.size(); i++) {
            if (isNear(clusters.get(i), seconds)) {
                clusters.set(i, clusters.get(i).with(seconds));
                any = true;
            }
        }
        return any;
    }

    /** The buys of the first window with this one in it that holds enough wallets; or none. */
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

    /** Whether something is not earlier than another by more than so much. */
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
        // a buy begins one cluster at most
        long id =
                Hashing.farmHashFingerprint64()
                        .newHasher()
                        .putLong(buys.get(0).identity())
                        .putString(tokenOf(trade), StandardCharsets.UTF_8)
                        .hash()
                        .asLong();
        return new ClusterAlert(
                HexFormat.of().toHexDigits(id),
                trade.chainId(),
                Address.compared(trade.chainId(), trade.labels().tokenAddress()),
                trade.labels().tokenSymbol(),
                List.copyOf(members.values()),
                usd,
                cluster.firstSeconds(),
                cluster.lastSeconds());
    }
}
