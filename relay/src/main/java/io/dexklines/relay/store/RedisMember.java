package io.dexklines.relay.store;

import io.dexklines.relay.history.PastKline;

/**
 * The format of the members of Redis' sorted sets: {@code
 * pair_addr,open_time,open,close,high,low,mcap_open,mcap_high,mcap_low,mcap_close,volume_usd,volume_token,buys,sells,trades}.
 */
final class RedisMember {

    private static final int FIELDS = 15;

    private RedisMember() {}

    /**
     * Parses a member.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static PastKline parse(String member) {
        String[] fields = member.split(",", -1);
        // an address may contain commas, the other fields cannot
        int skipped = fields.length - FIELDS;
        if (skipped < 0) {
            throw new IllegalArgumentException("not a kline: " + member);
        }
        int at = skipped + 1;
        return new PastKline(
                Long.parseLong(fields[at]),
                number(fields[at + 1]),
                number(fields[at + 3]),
                number(fields[at + 4]),
                number(fields[at + 2]),
                new PastKline.MarketCap(
                        number(fields[at + 5]),
                        number(fields[at + 6]),
                        number(fields[at + 7]),
                        number(fields[at + 8])),
                number(fields[at + 9]),
                number(fields[at + 10]),
                null,
                Long.parseLong(fields[at + 13]),
                new PastKline.Sides(
                        Long.parseLong(fields[at + 11]), Long.parseLong(fields[at + 12])),
                null,
                null);
    }

    private static double number(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite: " + text);
        }
        return number;
    }
}
