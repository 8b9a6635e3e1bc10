package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A valid swap, as decoded from a record.
 *
 * <p>The bytes are part of formats that begin with a version: a byte of flags, the strings that
 * differ from those of the preceding trade, the position, six doubles. The trades of one record
 * often share chain, pair and transaction.
 *
 * @param chainId the chain, such as {@code 56}
 * @param pairAddress the pool's address, in the form of {@link Address#compared}
 * @param txHash the transaction
 * @param maker the wallet's address, in the form of {@link Address#compared}
 * @param buy whether the maker bought the token; otherwise the maker sold it
 * @param tokenAmount the token's amount, finite and not negative
 * @param baseTokenAmount the other token's amount; 0 if unknown
 * @param totalUsd the value in USD, finite and not negative
 * @param tokenPriceUsd the price in USD, finite and positive
 * @param baseTokenPriceUsd the other token's price in USD; 0 if unknown
 * @param mcapUsd the token's market capitalisation in USD; 0 if unknown
 * @param clamp whether the trade is part of a sandwich attack
 * @param position the order of the trade among the trades of its pair, with its identity
 * @param labels display names, never keys
 */
public record Trade(
        String chainId,
        String pairAddress,
        String txHash,
        String maker,
        boolean buy,
        double tokenAmount,
        double baseTokenAmount,
        double totalUsd,
        double tokenPriceUsd,
        double baseTokenPriceUsd,
        double mcapUsd,
        boolean clamp,
        TradePosition position,
        PairLabels labels) {

    private static final int FLAG_BUY = 1;
    private static final int FLAG_CLAMP = 2;
    private static final int SAME_CHAIN = 4;
    private static final int SAME_PAIR = 8;
    private static final int SAME_LABELS = 16;
    private static final int SAME_TRANSACTION = 32;
    private static final int SAME_MAKER = 64;

    /**
     * Writes the trade.
     *
     * @param previous the trade written just before; null if there is none
     */
    public void write(Trade previous, DataOutput out) throws IOException {
        int flags = (buy ? FLAG_BUY : 0) | (clamp ? FLAG_CLAMP : 0);
        if (previous != null) {
            flags |= chainId.equals(previous.chainId) ? SAME_CHAIN : 0;
            flags |= pairAddress.equals(previous.pairAddress) ? SAME_PAIR : 0;
            flags |= labels.equals(previous.labels) ? SAME_LABELS : 0;
            flags |= txHash.equals(previous.txHash) ? SAME_TRANSACTION : 0;
            flags |= maker.equals(previous.maker) ? SAME_MAKER : 0;
        }
        out.writeByte(flags);
        if ((flags & SAME_CHAIN) == 0) {
            out.writeUTF(chainId);
        }
        if ((flags & SAME_PAIR) == 0) {
            out.writeUTF(pairAddress);
        }
        if ((flags & SAME_LABELS) == 0) {
            labels.write(out);
        }
        if ((flags & SAME_TRANSACTION) == 0) {
            out.writeUTF(txHash);
        }
        if ((flags & SAME_MAKER) == 0) {
            out.writeUTF(maker);
        }
        position.write(out);
        out.writeDouble(tokenAmount);
        out.writeDouble(baseTokenAmount);
        out.writeDouble(totalUsd);
        out.writeDouble(tokenPriceUsd);
        out.writeDouble(baseTokenPriceUsd);
        out.writeDouble(mcapUsd);
    }

    /**
     * Reads a trade.
     *
     * @param previous the trade read just before; null if there is none
     */
    public static Trade read(Trade previous, DataInput in) throws IOException {
        int flags = in.readByte();
        String chainId = (flags & SAME_CHAIN) != 0 ? previous.chainId : in.readUTF();
        String pairAddress = (flags & SAME_PAIR) != 0 ? previous.pairAddress : in.readUTF();
        PairLabels labels = (flags & SAME_LABELS) != 0 ? previous.labels : PairLabels.read(in);
        String txHash = (flags & SAME_TRANSACTION) != 0 ? previous.txHash : in.readUTF();
        String maker = (flags & SAME_MAKER) != 0 ? previous.maker : in.readUTF();
        TradePosition position = TradePosition.read(in);
        return new Trade(
                chainId,
                pairAddress,
                txHash,
                maker,
                (flags & FLAG_BUY) != 0,
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                (flags & FLAG_CLAMP) != 0,
                position,
                labels);
    }
}
