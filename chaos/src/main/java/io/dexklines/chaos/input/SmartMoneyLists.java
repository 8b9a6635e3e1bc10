package io.dexklines.chaos.input;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.Simulator;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.util.List;

/** The smart-money wallets of a chaos run, and their followers. */
public final class SmartMoneyLists {

    /** Users who follow every wallet, each with other conditions. */
    private static final List<FollowConditions> FOLLOWERS =
            List.of(
                    FollowConditions.ALL,
                    new FollowConditions("buy", 100.0, null, null),
                    new FollowConditions("any", null, 10_000.0, 60L));

    private SmartMoneyLists() {}

    /**
     * Lists the wallets that trade most on each simulated chain, with three followers each. Does
     * not change anything if they are listed.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers refuse that
     */
    public static void publish(Brokers brokers) {
        try (WalletLists lists = new WalletLists(brokers)) {
            for (SimulatedChain chain : SimulatedChain.values()) {
                for (String address : Simulator.frequentWallets(chain.id())) {
                    WalletKey wallet = WalletKey.of(chain.id(), address);
                    lists.list(wallet, "wallet of chain " + chain.id());
                    for (int user = 0; user < FOLLOWERS.size(); user++) {
                        lists.follow(wallet, "user-" + user, FOLLOWERS.get(user));
                    }
                }
            }
            lists.flush();
        }
    }
}
