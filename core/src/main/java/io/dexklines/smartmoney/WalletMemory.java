package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.TradeId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The list entry and history of one wallet. In the operator it is keyed state.
 *
 * <p>Each remembered entry has an expiry. Readers ignore an entry whose expiry is at or before the
 * arrival of the trade they decide, so expired entries may be removed at any time.
 */
public interface WalletMemory {

    /** Returns the label of a smart-money wallet; null if the wallet is not listed. */
    String label() throws Exception;

    /** Returns the wallet's follows, one for each follower. */
    Iterable<Follow> follows() throws Exception;

    /** Returns the expiry of each hit, by trade identity; epoch milliseconds. */
    Remembered<TradeId, Long> trades();

    /**
     * Returns the expiry of each hit of a former version, by its 64-bit identity; epoch
     * milliseconds. Nothing is added to it.
     */
    Remembered<Long, Long> formerTrades();

    /**
     * Returns the expiry of each pair in which the wallet bought, by address; epoch milliseconds.
     */
    Remembered<String, Long> boughtPairs();

    /** Returns the cooldowns, by {@link #cooldownKey}. */
    Remembered<String, Cooldown> cooldowns();

    /** Returns the key of the cooldown of a user in a pair. */
    static String cooldownKey(String userId, String pairAddress) {
        // the length makes the concatenation unambiguous
        return pairAddress.length() + ":" + pairAddress + userId;
    }

    /** A map in which the entries of a wallet are remembered. */
    interface Remembered<K, V> {

        /** Returns the value; null if there is none. */
        V get(K key) throws Exception;

        /** Adds or replaces a value. */
        void put(K key, V value) throws Exception;
    }

    /**
     * The time of a user's last notification of a wallet's trades in a pair.
     *
     * <p>Format in state, version 1: the version; block time; expiry.
     *
     * @param blockTimeSeconds the block time of the notified trade, epoch seconds
     * @param untilMs when the entry expires, epoch milliseconds; it does not affect trades that
     *     arrive from then on
     */
    record Cooldown(long blockTimeSeconds, long untilMs) {

        private static final int VERSION = 1;

        /** Writes the newest version of the format. */
        public void write(DataOutput out) throws IOException {
            out.writeByte(VERSION);
            out.writeLong(blockTimeSeconds);
            out.writeLong(untilMs);
        }

        /**
         * Reads every version of the format.
         *
         * @throws IOException if the version is unknown
         */
        public static Cooldown read(DataInput in) throws IOException {
            FormatVersion.read(in, "cooldowns", VERSION);
            return new Cooldown(in.readLong(), in.readLong());
        }
    }
}
