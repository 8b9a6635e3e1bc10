package io.dexklines.relay.pairs;

/** A pair: its chain and its address there. */
public record PairKey(String chainId, String pairAddr) {}
