package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A valid swap, as decoded from a record.
 *
 * <p>The bytes are part of formats that begin with a version: a byte of flags, the strings that
 * differ from those of the preceding trade, the position, the ordinal among equal trades of the
 * record, the identity, six doubles. The trades of one record often share chain, pair and
 * transaction. Former bytes have an identity of 64 bits after the position, and no ordinal.
 *
 * @param chainId the chain, such as {@code 56}
 * @param pairAddress the pool's address, in the form of {@link Identifier#address}
 * @param txHash the transaction
 * @param maker the wallet's address, in the form of {@link Identifier#address}
 * @param buy whether the maker bought the token; otherwise the maker sold it
 * @param tokenAmount the token's amount, finite and not negative
 * @param baseTokenAmount the other token's amount; 0 if unknown
 * @param totalUsd the value in USD, finite and not negative
 * @param tokenPriceUsd the price in USD, finite and positive
 * @param baseTokenPriceUsd the other token's price in USD; 0 if unknown
 * @param mcapUsd the token's market capitalisation in USD; 0 if unknown
 * @param clamp whether the trade is part of a sandwich attack
 * @param identity what the trade is recognised by, see {@link TradeIdentity}
 * @param position the order of the trade among the trades of its pair
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
        TradeId identity,
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
        position.writePlace(out);
        out.writeInt(position.fields().ordinal());
        identity.write(out);
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
     * @param former whether the bytes are of a version with identities of 64 bits
     */
    public static Trade read(Trade previous, DataInput in, boolean former) throws IOException {
        int flags = in.readByte();
        String chainId = (flags & SAME_CHAIN) != 0 ? previous.chainId : UtfText.read(in);
        String pairAddress = (flags & SAME_PAIR) != 0 ? previous.pairAddress : UtfText.read(in);
        PairLabels labels = (flags & SAME_LABELS) != 0 ? previous.labels : PairLabels.read(in);
        String txHash = (flags & SAME_TRANSACTION) != 0 ? previous.txHash : UtfText.read(in);
        String maker = (flags & SAME_MAKER) != 0 ? previous.maker : UtfText.read(in);
        boolean buy = (flags & FLAG_BUY) != 0;
        TradePosition place = TradePosition.readPlace(in);
        long formerIdentity = former ? in.readLong() : 0;
        int ordinal = former ? 0 : in.readInt();
        TradeId identity = former ? null : TradeId.read(in);
        double tokenAmount = in.readDouble();
        double baseTokenAmount = in.readDouble();
        double totalUsd = in.readDouble();
        double tokenPriceUsd = in.readDouble();
        double baseTokenPriceUsd = in.readDouble();
        double mcapUsd = in.readDouble();
        IdentityFields fields =
                IdentityFields.of(txHash, maker, buy, tokenAmount, baseTokenAmount, tokenPriceUsd);
        if (former) {
            ordinal =
                    FormerIdentity.ordinal(
                            new Pair(chainId, pairAddress), place.with(fields), formerIdentity);
        }
        if (ordinal != 0) {
            fields = fields.withOrdinal(ordinal);
        }
        if (former) {
            identity =
                    new TradeIdentity()
                            .of(
                                    chainId,
                                    pairAddress,
                                    place.transactionIndex(),
                                    place.logIndex(),
                                    fields);
        }
        return new Trade(
                chainId,
                pairAddress,
                txHash,
                maker,
                buy,
                tokenAmount,
                baseTokenAmount,
                totalUsd,
                tokenPriceUsd,
                baseTokenPriceUsd,
                mcapUsd,
                (flags & FLAG_CLAMP) != 0,
                identity,
                place.with(fields),
                labels);
    }
}
