package io.dexklines.smartmoney;

import io.dexklines.smartmoney.ListChange.Kind;
import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * The bytes of {@link ListChange} between the lists and those who hold them: they begin with a
 * version.
 *
 * <p>Version 1: the version; the place of the kind in {@link ListChange.Kind}; wallet; label; user;
 * generation; whether a follow is there, and the follow.
 */
public final class ListChangeCodec {

    private static final int VERSION = 1;

    /** Their places stand in bytes: append, never reorder. */
    private static final List<Kind> KINDS = List.of(Kind.values());

    private ListChangeCodec() {}

    /** Writes the newest version. */
    public static void write(ListChange change, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(change.kind().ordinal());
        WalletCodec.write(change.wallet(), out);
        out.writeUTF(change.label());
        out.writeUTF(change.userId());
        out.writeInt(change.generation());
        out.writeBoolean(change.follow() != null);
        if (change.follow() != null) {
            FollowCodec.write(change.follow(), out);
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static ListChange read(DataInput in) throws IOException {
        FormatVersion.read(in, "changes of the lists", VERSION);
        Kind kind = KINDS.get(in.readByte());
        Wallet wallet = WalletCodec.read(in);
        String label = in.readUTF();
        String userId = in.readUTF();
        int generation = in.readInt();
        Follow follow = in.readBoolean() ? FollowCodec.read(in) : null;
        return new ListChange(kind, wallet, label, follow, userId, generation);
    }
}
