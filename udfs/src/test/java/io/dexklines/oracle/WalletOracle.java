package io.dexklines.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A reference implementation of the smart-money rules that keeps and searches the full history. It
 * shares no code with the product.
 */
public final class WalletOracle {

    /** The conditions of a user who follows a wallet. */
    public record Follow(
            boolean buys, boolean sells, double minUsd, double maxUsd, long cooldownSeconds) {}

    /** The expected hit of a trade, with the users to notify. */
    public record Hit(String label, boolean firstBuy, Set<String> users) {}

    /** A trade that was found, and when it arrived. */
    private record Found(OracleWalletTrade trade, long arrivalMs) {}

    /**
     * A notification of a user: its trade, when the trade arrived, and the cooldown of the follow
     * at that time.
     */
    private record Notified(
            String user, OracleWalletTrade trade, long arrivalMs, long cooldownSeconds) {}

    private final long rememberTradesMs;
    private final long rememberFirstBuysMs;

    private final Map<String, String> labels = new HashMap<>();
    private final Map<String, Map<String, Follow>> follows = new HashMap<>();
    private final List<Found> found = new ArrayList<>();
    private final List<Notified> notified = new ArrayList<>();

    public WalletOracle(long rememberTradesMs, long rememberFirstBuysMs) {
        this.rememberTradesMs = rememberTradesMs;
        this.rememberFirstBuysMs = rememberFirstBuysMs;
    }

    public WalletOracle copy() {
        WalletOracle copy = new WalletOracle(rememberTradesMs, rememberFirstBuysMs);
        copy.labels.putAll(labels);
        follows.forEach((wallet, users) -> copy.follows.put(wallet, new TreeMap<>(users)));
        copy.found.addAll(found);
        copy.notified.addAll(notified);
        return copy;
    }

    public void list(String wallet, String label) {
        labels.put(wallet, label);
    }

    public void unlist(String wallet) {
        labels.remove(wallet);
    }

    public void follow(String wallet, String user, Follow follow) {
        follows.computeIfAbsent(wallet, any -> new TreeMap<>()).put(user, follow);
    }

    public void unfollow(String wallet, String user) {
        Map<String, Follow> users = follows.get(wallet);
        if (users != null && users.remove(user) != null && users.isEmpty()) {
            follows.remove(wallet);
        }
    }

    public boolean isListed(String wallet) {
        return labels.containsKey(wallet);
    }

    /** Returns the number of listed wallets plus the number of followed wallets. */
    public int listedAndFollowed() {
        return labels.size() + follows.size();
    }

    /** Returns the expected hit of the next trade, or null if it is not a hit. */
    public Hit decide(OracleWalletTrade trade, long arrivalMs) {
        if (!isListed(trade.wallet())) {
            return null;
        }
        boolean firstBuy = trade.buy();
        for (Found before : found) {
            long sinceMs = arrivalMs - before.arrivalMs();
            if (before.trade().identity() == trade.identity()
                    && before.trade().wallet().equals(trade.wallet())
                    && sinceMs < rememberTradesMs) {
                return null;
            }
            if (before.trade().buy()
                    && before.trade().wallet().equals(trade.wallet())
                    && before.trade().pair().equals(trade.pair())
                    && sinceMs < rememberFirstBuysMs) {
                firstBuy = false;
            }
        }
        found.add(new Found(trade, arrivalMs));
        Set<String> users = new TreeSet<>();
        follows.getOrDefault(trade.wallet(), Map.of())
                .forEach(
                        (user, follow) -> {
                            if ((trade.buy() ? follow.buys() : follow.sells())
                                    && trade.usd() >= follow.minUsd()
                                    && trade.usd() <= follow.maxUsd()
                                    && !isCoolingDown(user, follow, trade, arrivalMs)) {
                                users.add(user);
                                notified.add(
                                        new Notified(
                                                user, trade, arrivalMs, follow.cooldownSeconds()));
                            }
                        });
        return new Hit(labels.get(trade.wallet()), firstBuy, users);
    }

    /**
     * Returns whether the user's last notification about the pair, under a follow with a cooldown,
     * suppresses one of this trade.
     */
    private boolean isCoolingDown(
            String user, Follow follow, OracleWalletTrade trade, long arrivalMs) {
        Notified last = null;
        for (Notified one : notified) {
            if (one.user().equals(user)
                    && one.trade().wallet().equals(trade.wallet())
                    && one.trade().pair().equals(trade.pair())
                    && one.cooldownSeconds() > 0) {
                last = one;
            }
        }
        return last != null
                && follow.cooldownSeconds() > 0
                && arrivalMs - last.arrivalMs() < last.cooldownSeconds() * 1000
                && trade.time() - last.trade().time() < follow.cooldownSeconds();
    }
}
