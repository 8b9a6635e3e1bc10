package io.dexklines.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A reference implementation of wallet clusters that shares no code with the product. */
public final class ClusterOracle {

    /** An expected alert, with the value of the buys of each wallet. */
    public record Alert(
            String token, Map<String, Double> usd, double total, long first, long last) {}

    private static final class Token {
        final List<OracleWalletTrade> buys = new ArrayList<>();
        final List<long[]> clusters = new ArrayList<>();
        long newest = Long.MIN_VALUE;
        long lastArrivalMs;
    }

    private final int wallets;
    private final long windowSeconds;
    private final double minUsd;
    private final Map<String, Token> tokens = new HashMap<>();

    public ClusterOracle(int wallets, long windowSeconds, double minUsd) {
        this.wallets = wallets;
        this.windowSeconds = windowSeconds;
        this.minUsd = minUsd;
    }

    public ClusterOracle copy() {
        ClusterOracle copy = new ClusterOracle(wallets, windowSeconds, minUsd);
        tokens.forEach(
                (name, token) -> {
                    Token same = new Token();
                    same.buys.addAll(token.buys);
                    token.clusters.forEach(cluster -> same.clusters.add(cluster.clone()));
                    same.newest = token.newest;
                    same.lastArrivalMs = token.lastArrivalMs;
                    copy.tokens.put(name, same);
                });
        return copy;
    }

    /** Returns the alert that the next found trade must raise, or null if it must raise none. */
    public Alert decide(OracleWalletTrade trade, long arrivalMs) {
        if (!trade.buy() || trade.clamp() || trade.usd() < minUsd) {
            return null;
        }
        Token token = tokens.get(trade.token());
        if (token == null || arrivalMs - token.lastArrivalMs >= 2000 * windowSeconds) {
            token = new Token();
            tokens.put(trade.token(), token);
        }
        token.lastArrivalMs = arrivalMs;
        token.newest = Math.max(token.newest, trade.time());
        long oldest = token.newest - 2 * windowSeconds;
        token.buys.removeIf(buy -> buy.time() < oldest);
        token.clusters.removeIf(cluster -> cluster[1] < oldest);
        if (trade.time() < token.newest - windowSeconds) {
            return null;
        }
        boolean belongs = false;
        for (long[] cluster : token.clusters) {
            if (near(trade.time(), cluster)) {
                cluster[0] = Math.min(cluster[0], trade.time());
                cluster[1] = Math.max(cluster[1], trade.time());
                belongs = true;
            }
        }
        if (belongs) {
            return null;
        }
        token.buys.add(trade);
        for (long from = trade.time() - windowSeconds; from <= trade.time(); from++) {
            Map<String, Double> usd = new TreeMap<>();
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            double total = 0;
            for (OracleWalletTrade buy : token.buys) {
                if (buy.time() >= from && buy.time() <= from + windowSeconds) {
                    usd.merge(buy.wallet(), buy.usd(), Double::sum);
                    first = Math.min(first, buy.time());
                    last = Math.max(last, buy.time());
                    total += buy.usd();
                }
            }
            // a window that begins between two buys holds no more than the one that begins at the
            // second
            if (first == from && usd.size() >= wallets) {
                long[] cluster = {first, last};
                token.clusters.add(cluster);
                token.buys.removeIf(buy -> near(buy.time(), cluster));
                return new Alert(trade.token(), usd, total, first, last);
            }
        }
        return null;
    }

    private boolean near(long time, long[] cluster) {
        return time >= cluster[0] - windowSeconds && time <= cluster[1] + windowSeconds;
    }
}
