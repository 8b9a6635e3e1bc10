package io.dexklines.smartmoney;

/**
 * What is known and remembered of one wallet: keyed state where Flink holds it. Of what is
 * remembered until a moment, nothing counts that was remembered until an earlier one than the
 * arrival of the trade in question, so it does not matter when it is dropped after that.
 */
public interface WalletMemory {

    /** The label under which the wallet is listed; null when it is not. */
    String label() throws Exception;

    /** Who follows it, each user once. */
    Iterable<Follow> follows() throws Exception;

    /** The trades that were found, by identity: until when each is remembered. */
    Remembered<Long, Long> trades();

    /** The pairs in which it bought, by address: until when each is remembered. */
    Remembered<String, Long> boughtPairs();

    /** Which users were told of which pair, by {@link #cooldownKey}. */
    Remembered<String, Cooldown> cooldowns();

    /** What stands for a user and a pair. */
    static String cooldownKey(String userId, String pairAddress) {
        // with its length, no pair and user look like others
        return pairAddress.length() + ":" + pairAddress + userId;
    }

    /**
     * One kind of memory.
     *
     * @param <K> of what
     * @param <V> what is known of it
     */
    interface Remembered<K, V> {

        /** What is known of it; null when nothing is. */
        V get(K key) throws Exception;

        /** Replaces what is known of it. */
        void put(K key, V value) throws Exception;
    }
}
