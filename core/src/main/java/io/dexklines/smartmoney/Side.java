package io.dexklines.smartmoney;

/** Which trades of a wallet somebody wants to hear of. */
public enum Side {
    /** Only when it buys the token. */
    BUY,
    /** Only when it sells the token. */
    SELL,
    /** Both. */
    ANY;

    /** Whether a trade is on this side. */
    public boolean includes(boolean buy) {
        return this == ANY || (this == BUY) == buy;
    }
}
