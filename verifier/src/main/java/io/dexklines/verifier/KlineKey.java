package io.dexklines.verifier;

/**
 * The key of a kline.
 *
 * @param pair {@code chain_id:pair_addr}
 * @param span the code of its interval; in a sink, it may be one that the job does not compute
 * @param open the open time, in epoch seconds
 */
record KlineKey(String pair, String span, long open) {

    @Override
    public String toString() {
        return pair + " " + span + " " + open;
    }
}
