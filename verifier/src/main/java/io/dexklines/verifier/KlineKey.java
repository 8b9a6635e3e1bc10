package io.dexklines.verifier;

/**
 * The key of a kline.
 *
 * @param pair {@code chain_id:pair_addr}
 * @param span the code of its interval; in a sink, it may be one that the job does not compute
 * @param open the open time, in epoch seconds
 */
record KlineKey(String pair, String span, long open) {

    /** Returns the chain; empty if the pair of a sink's key names none. */
    String chain() {
        return pair.substring(0, Math.max(0, pair.indexOf(':')));
    }

    @Override
    public String toString() {
        return pair + " " + span + " " + open;
    }
}
