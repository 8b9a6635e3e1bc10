package io.dexklines.relay.history;

import io.dexklines.relay.stream.StreamName;

/**
 * The klines of one pair and interval.
 *
 * @param pairAddr an EVM address in lower case
 */
public record KlineSeries(String chainId, String pairAddr, KlineInterval interval) {

    /**
     * The series of that pair.
     *
     * @param pairAddr an EVM address in any case
     * @throws IllegalArgumentException if there can be no such pair
     */
    public static KlineSeries of(String chainId, String pairAddr, KlineInterval interval) {
        StreamName stream =
                StreamName.parse(chainId + ':' + pairAddr + "@kline_" + interval.code());
        String pair = stream.text().substring(0, stream.text().lastIndexOf('@'));
        return new KlineSeries(chainId, pair.substring(chainId.length() + 1), interval);
    }

    /** {@code {chain_id}:{pair_addr}}. */
    public String pair() {
        return chainId + ':' + pairAddr;
    }

    /** The stream that carries these klines. */
    public StreamName stream() {
        return StreamName.parse(pair() + "@kline_" + interval.code());
    }
}
