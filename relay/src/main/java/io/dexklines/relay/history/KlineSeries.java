package io.dexklines.relay.history;

import io.dexklines.kline.Interval;
import io.dexklines.relay.stream.StreamName;

/**
 * The klines of one pair and interval.
 *
 * @param pairAddr in lower case if it is an EVM address
 */
public record KlineSeries(String chainId, String pairAddr, Interval interval) {

    /**
     * Creates a series from unchecked values.
     *
     * @param pairAddr an EVM address may be in any case
     * @throws IllegalArgumentException if no pair can have this chain or address
     */
    public static KlineSeries of(String chainId, String pairAddr, Interval interval) {
        StreamName stream =
                StreamName.parse(chainId + ':' + pairAddr + "@kline_" + interval.code());
        String pair = stream.text().substring(0, stream.text().lastIndexOf('@'));
        return new KlineSeries(chainId, pair.substring(chainId.length() + 1), interval);
    }

    /** Returns {@code {chain_id}:{pair_addr}}. */
    public String pair() {
        return chainId + ':' + pairAddr;
    }

    /** Returns the stream that carries these klines. */
    public StreamName stream() {
        return StreamName.parse(pair() + "@kline_" + interval.code());
    }
}
