package io.dexklines.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A record of simulated trades that can be published many times. Each time, its trades have another
 * block time and other transactions, so that all of them count. Only the bytes of those are
 * overwritten, which costs much less than to make new trades. Not thread-safe.
 */
final class RepeatableRecord {

    /**
     * The key that follows the block time of a trade. The key of the block time itself is also in
     * {@code pair_info}.
     */
    private static final byte[] AFTER_TIME = ",\"transaction_index\":".getBytes(US_ASCII);

    private static final byte[] TRANSACTION = "\"tx_hash\":\"".getBytes(US_ASCII);

    /** The number of digits of a block time, epoch seconds. */
    private static final int TIME_DIGITS = 10;

    /** The first character of a transaction that is overwritten, behind {@code 0x}. */
    private static final int TRANSACTION_FROM = 2;

    /** The number of characters of a transaction that are overwritten, with three bits each. */
    private static final int TRANSACTION_DIGITS = 8;

    private final String topic;
    private final int partition;
    private final int trades;
    private final byte[] value;
    private final int[] times;
    private final int[] transactions;
    private int repetition;

    /**
     * @param trades the number of trades in the record
     * @param value a JSON array of trades, which is copied
     * @throws IllegalArgumentException if a trade has no block time or no transaction
     */
    RepeatableRecord(String topic, int partition, int trades, byte[] value) {
        this.topic = topic;
        this.partition = partition;
        this.trades = trades;
        this.value = value.clone();
        this.times =
                positions(AFTER_TIME).map(at -> at - TIME_DIGITS).filter(this::isTime).toArray();
        this.transactions = positions(TRANSACTION).map(at -> at + TRANSACTION.length).toArray();
        if (times.length != trades || transactions.length != trades) {
            throw new IllegalArgumentException(
                    "%d trades with %d block times and %d transactions"
                            .formatted(trades, times.length, transactions.length));
        }
    }

    /** Returns where a key is. Within a text, its quotes would be escaped. */
    private IntStream positions(byte[] key) {
        return IntStream.rangeClosed(0, value.length - key.length)
                .filter(at -> Arrays.equals(value, at, at + key.length, key, 0, key.length));
    }

    private boolean isTime(int at) {
        return at > 0 && value[at - 1] == ':' && value[at] != '0';
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    /** Returns the number of trades. */
    int trades() {
        return trades;
    }

    /**
     * Returns the record with new transactions.
     *
     * @param blockTimeSeconds the block time of all trades, epoch seconds
     * @return the same array in each call, which the next call overwrites
     */
    byte[] next(long blockTimeSeconds) {
        for (int position : times) {
            long left = blockTimeSeconds;
            for (int at = position + TIME_DIGITS - 1; at >= position; at--) {
                value[at] = (byte) ('0' + left % 10);
                left /= 10;
            }
        }
        for (int transaction : transactions) {
            int left = repetition;
            for (int digit = 0; digit < TRANSACTION_DIGITS; digit++) {
                // 1 to 8, which are valid in hexadecimal and in Solana's Base58
                value[transaction + TRANSACTION_FROM + digit] = (byte) ('1' + (left & 7));
                left >>>= 3;
            }
        }
        repetition++;
        return value;
    }
}
