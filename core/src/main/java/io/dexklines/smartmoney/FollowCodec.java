package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * The bytes of {@link Follow}, in state too: they begin with a version.
 *
 * <p>Version 1: the version; wallet; user; the place of the side in {@link Side}; two doubles; the
 * cooldown.
 */
public final class FollowCodec {

    private static final int VERSION = 1;

    /** Their places stand in bytes: append, never reorder. */
    private static final List<Side> SIDES = List.of(Side.values());

    private FollowCodec() {}

    /** Writes the newest version. */
    public static void write(Follow follow, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        WalletCodec.write(follow.wallet(), out);
        out.writeUTF(follow.userId());
        out.writeByte(follow.side().ordinal());
        out.writeDouble(follow.minUsd());
        out.writeDouble(follow.maxUsd());
        out.writeLong(follow.cooldownSeconds());
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static Follow read(DataInput in) throws IOException {
        FormatVersion.read(in, "follows", VERSION);
        return new Follow(
                WalletCodec.read(in),
                in.readUTF(),
                SIDES.get(in.readByte()),
                in.readDouble(),
                in.readDouble(),
                in.readLong());
    }
}
