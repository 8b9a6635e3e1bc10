package io.dexklines.oracle;

import java.util.Arrays;

/** A trade of a wallet as the input of the oracles. */
public record OracleWalletTrade(
        String wallet,
        String pair,
        String token,
        boolean buy,
        boolean clamp,
        double usd,
        long time,
        long block,
        long transaction,
        long log,
        int index,
        long identity)
        implements Comparable<OracleWalletTrade> {

    @Override
    public int compareTo(OracleWalletTrade other) {
        long[] mine = {time, block, transaction, log, index, identity};
        long[] others = {
            other.time, other.block, other.transaction, other.log, other.index, other.identity
        };
        return Arrays.compare(mine, others);
    }
}
