package io.dexklines.job.sink.redis;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ZRangeParams;

/**
 * A port of how the Go consumers' market service reads klines from Redis: the members of a range of
 * open times, the newest first, each split at commas into exactly 15 fields that are integers and
 * decimals.
 */
final class GoMarketReader {

    private static final int FIELDS = 15;

    /** A kline of the market service, with the fields that its answers use. */
    record GoKline(
            String pairAddr,
            long candleTime,
            double open,
            double close,
            double high,
            double low,
            double amountUsd,
            double volumeToken,
            long buyCount,
            long sellCount,
            long totalCount) {}

    private final UnifiedJedis redis;

    GoMarketReader(UnifiedJedis redis) {
        this.redis = redis;
    }

    /**
     * Reads a range.
     *
     * @param from the first open time, epoch seconds
     * @param to the end of the range, exclusive
     * @param limit the most klines
     */
    List<GoKline> fetch(
            long chainId, String pairAddr, String interval, long from, long to, int limit) {
        String key = "kline:%d:%s:%s".formatted(chainId, pairAddr, interval);
        List<GoKline> found = new ArrayList<>();
        for (String member : redis.zrange(key, ZRangeParams.zrangeByScoreParams(to, from).rev())) {
            GoKline kline = decompress(member);
            if (kline.candleTime() < to && found.size() < limit) {
                found.add(kline);
            }
        }
        return found;
    }

    private static GoKline decompress(String member) {
        String[] parts = member.split(",", -1);
        if (parts.length != FIELDS) {
            throw new IllegalArgumentException("kline invalid string: " + member);
        }
        return new GoKline(
                parts[0],
                Long.parseLong(parts[1]),
                parseFloat(parts[2]),
                parseFloat(parts[3]),
                parseFloat(parts[4]),
                parseFloat(parts[5]),
                parseFloat(parts[10]),
                parseFloat(parts[11]),
                Long.parseLong(parts[12]),
                Long.parseLong(parts[13]),
                Long.parseLong(parts[14]));
    }

    /** Accepts what both Go and Java do: no suffix such as Java's {@code 1d}. */
    private static double parseFloat(String text) {
        if (!text.matches("-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw new IllegalArgumentException("not a float: " + text);
        }
        return Double.parseDouble(text);
    }
}
