package io.dexklines.verifier;

/**
 * What names a kline.
 *
 * @param pair {@code chain_id:pair_addr}
 * @param span the code of its interval; one from a sink need not be known
 * @param open epoch seconds
 */
record KlineKey(String pair, String span, long open) {

    @Override
    public String toString() {
        return pair + " " + span + " " + open;
    }
}
