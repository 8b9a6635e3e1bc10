package io.dexklines.trade;

/**
 * Where a trade stands among all trades of its pair; what decides who opens and who closes a kline.
 * It is a property of the trade, never of its arrival.
 *
 * @param blockTimeSeconds the time of its block, epoch seconds
 * @param block the height of its block (the slot on Solana)
 * @param transactionIndex its transaction's place in the block
 * @param logIndex its place in the block's log; some decoders leave 0 for a whole transaction
 * @param index its place in the record's array
 * @param identity the hash of its identity, see {@link TradeIdentity}: the last tie-breaker
 */
public record TradePosition(
        long blockTimeSeconds,
        long block,
        long transactionIndex,
        long logIndex,
        int index,
        long identity)
        implements Comparable<TradePosition> {

    @Override
    public int compareTo(TradePosition other) {
        int order = Long.compare(blockTimeSeconds, other.blockTimeSeconds);
        if (order == 0) {
            order = Long.compare(block, other.block);
        }
        if (order == 0) {
            order = Long.compare(transactionIndex, other.transactionIndex);
        }
        if (order == 0) {
            order = Long.compare(logIndex, other.logIndex);
        }
        if (order == 0) {
            order = Integer.compare(index, other.index);
        }
        return order != 0 ? order : Long.compare(identity, other.identity);
    }

    /** {@code block#transaction_index#log_index}, as the relay's {@code f} and {@code L}. */
    public String text() {
        return block + "#" + transactionIndex + "#" + logIndex;
    }
}
