package io.dexklines.local.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The wallets of a chain: a few frequent ones, many occasional ones and a stream of new ones. */
final class Wallets {

    /** Number of frequent wallets on each chain. */
    static final int FREQUENT = 12;

    private static final int OCCASIONAL = 3_000;
    private static final double SHARE_OF_FREQUENT = 0.05;
    private static final double SHARE_OF_NEW = 0.10;
    private static final long FREQUENT_SEED = 0x6b6c696e6573L;

    private final SimulatedChain chain;
    private final List<Address> frequent;
    private final List<Address> occasional = new ArrayList<>(OCCASIONAL);

    Wallets(SimulatedChain chain, SplittableRandom random) {
        this.chain = chain;
        this.frequent = frequent(chain);
        for (int i = 0; i < OCCASIONAL; i++) {
            occasional.add(Address.random(chain, random));
        }
    }

    /** Returns the frequent wallets, which are the same for every seed. */
    static List<Address> frequent(SimulatedChain chain) {
        SplittableRandom random = new SplittableRandom(FREQUENT_SEED + chain.ordinal());
        List<Address> wallets = new ArrayList<>(FREQUENT);
        for (int i = 0; i < FREQUENT; i++) {
            wallets.add(Address.random(chain, random));
        }
        return wallets;
    }

    /** Draws the wallet of the next transaction. */
    Address draw(SplittableRandom random) {
        double draw = random.nextDouble();
        if (draw < SHARE_OF_FREQUENT) {
            return frequent.get(random.nextInt(FREQUENT));
        }
        if (draw < SHARE_OF_FREQUENT + SHARE_OF_NEW) {
            return Address.random(chain, random);
        }
        return occasional.get(random.nextInt(OCCASIONAL));
    }
}
