package io.dexklines.local.simulator;

/** One entry of a record's array before it is written; filled anew for each. */
final class Entry {
    TradedPair pair;
    String type;
    Address maker;

    /** Whether pool and maker are written in EIP-55's mixed case. */
    boolean displayed;

    /** The transaction's hash as it is written. */
    byte[] txHash;

    long height;
    long blockTimeMs;
    int transactionIndex;
    int logIndex;
    boolean clamp;

    /** In whole tokens, not in their smallest unit. */
    double tokenAmount;

    double baseAmount;
    double basePriceUsd;
    double priceUsd;

    /** {@code tokenAmount} × {@code priceUsd}. */
    double totalUsd;
}
