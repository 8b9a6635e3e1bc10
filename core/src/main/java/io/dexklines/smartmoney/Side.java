package io.dexklines.smartmoney;

/** The trades of a wallet that a follower wants to be notified of. */
public enum Side {
    /** Only buys of the token. */
    BUY,
    /** Only sells of the token. */
    SELL,
    /** Buys and sells. */
    ANY;

    /** Returns whether a trade is on this side. */
    public boolean includes(boolean buy) {
        return this == ANY || (this == BUY) == buy;
    }
}
