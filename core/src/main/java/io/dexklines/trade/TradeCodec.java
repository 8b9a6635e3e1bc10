package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of one {@link Trade} inside of something that begins with a version: a byte of flags,
 * the texts that differ from those of the trade before it, the position, six doubles. The trades of
 * a record share most of their texts.
 */
public final class TradeCodec {

    private static final int FLAG_BUY = 1;
    private static final int FLAG_CLAMP = 2;
    private static final int SAME_CHAIN = 4;
    private static final int SAME_PAIR = 8;
    private static final int SAME_LABELS = 16;
    private static final int SAME_TRANSACTION = 32;
    private static final int SAME_MAKER = 64;

    private TradeCodec() {}

    /**
     * Writes a trade.
     *
     * @param before what was written just before it, null where it stands alone
     */
    public static void write(Trade trade, Trade before, DataOutput out) throws IOException {
        int flags = (trade.buy() ? FLAG_BUY : 0) | (trade.clamp() ? FLAG_CLAMP : 0);
        if (before != null) {
            flags |= trade.chainId().equals(before.chainId()) ? SAME_CHAIN : 0;
            flags |= trade.pairAddress().equals(before.pairAddress()) ? SAME_PAIR : 0;
            flags |= trade.labels().equals(before.labels()) ? SAME_LABELS : 0;
            flags |= trade.txHash().equals(before.txHash()) ? SAME_TRANSACTION : 0;
            flags |= trade.maker().equals(before.maker()) ? SAME_MAKER : 0;
        }
        out.writeByte(flags);
        if ((flags & SAME_CHAIN) == 0) {
            out.writeUTF(trade.chainId());
        }
        if ((flags & SAME_PAIR) == 0) {
            out.writeUTF(trade.pairAddress());
        }
        if ((flags & SAME_LABELS) == 0) {
            PairSwapsCodec.writeLabels(trade.labels(), out);
        }
        if ((flags & SAME_TRANSACTION) == 0) {
            out.writeUTF(trade.txHash());
        }
        if ((flags & SAME_MAKER) == 0) {
            out.writeUTF(trade.maker());
        }
        PairSwapsCodec.writePosition(trade.position(), out);
        out.writeDouble(trade.tokenAmount());
        out.writeDouble(trade.baseTokenAmount());
        out.writeDouble(trade.totalUsd());
        out.writeDouble(trade.tokenPriceUsd());
        out.writeDouble(trade.baseTokenPriceUsd());
        out.writeDouble(trade.mcapUsd());
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param before what was read just before it, null where it stands alone
     */
    public static Trade read(Trade before, DataInput in) throws IOException {
        int flags = in.readByte();
        String chainId = (flags & SAME_CHAIN) != 0 ? before.chainId() : in.readUTF();
        String pairAddress = (flags & SAME_PAIR) != 0 ? before.pairAddress() : in.readUTF();
        PairLabels labels =
                (flags & SAME_LABELS) != 0 ? before.labels() : PairSwapsCodec.readLabels(in);
        String txHash = (flags & SAME_TRANSACTION) != 0 ? before.txHash() : in.readUTF();
        String maker = (flags & SAME_MAKER) != 0 ? before.maker() : in.readUTF();
        TradePosition position = PairSwapsCodec.readPosition(in);
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
