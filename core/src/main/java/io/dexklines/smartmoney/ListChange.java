package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * A change of the smart-money wallets or their followers. A component that does not apply to the
 * kind is {@link Wallet#NONE}, empty, null or 0.
 *
 * <p>Format between the lists and the operators, version 1: the version; the ordinal of the kind;
 * wallet; label; user; generation; whether there is a follow, and the follow.
 *
 * @param label the label of a listed wallet, which is display text and never a key; or the JSON
 *     that describes an invalid record
 * @param follow the new follow
 * @param userId the follower
 * @param generation the rebuild of the filter that the change belongs to
 */
public record ListChange(
        Kind kind, Wallet wallet, String label, Follow follow, String userId, int generation) {

    private static final int VERSION = 1;

    /** The byte format contains ordinals: append constants to {@link Kind}, never reorder them. */
    private static final List<Kind> KINDS = List.of(Kind.values());

    /** The kinds of changes. */
    public enum Kind {
        /** Adds a wallet with a label, or changes its label. */
        LISTED,
        /** Removes a wallet. */
        UNLISTED,
        /** Adds or replaces a user's follow of a wallet. */
        FOLLOWED,
        /** Removes a user's follow of a wallet. */
        UNFOLLOWED,
        /** Begins a rebuild: the list is read from its beginning to drop stale filter entries. */
        REBUILD_BEGINS,
        /** Reports a wallet that the rebuild has read. */
        REBUILD_LISTED,
        /** Ends the rebuild: the new filters replace the old ones. */
        REBUILD_ENDS,
        /** Reports an invalid record, which changes nothing. */
        REFUSED
    }

    /** Returns a change that adds a wallet or changes its label. */
    public static ListChange listed(Wallet wallet, String label) {
        return new ListChange(Kind.LISTED, wallet, label, null, "", 0);
    }

    /** Returns a change that removes a wallet. */
    public static ListChange unlisted(Wallet wallet) {
        return new ListChange(Kind.UNLISTED, wallet, "", null, "", 0);
    }

    /** Returns a change that adds or replaces a follow. The wallet may be listed later. */
    public static ListChange followed(Follow follow) {
        return new ListChange(Kind.FOLLOWED, follow.wallet(), "", follow, follow.userId(), 0);
    }

    /** Returns a change that removes a follow. */
    public static ListChange unfollowed(Wallet wallet, String userId) {
        return new ListChange(Kind.UNFOLLOWED, wallet, "", null, userId, 0);
    }

    /** Returns the beginning of a rebuild. It cancels a rebuild that has not ended. */
    public static ListChange rebuildBegins(int generation) {
        return new ListChange(Kind.REBUILD_BEGINS, Wallet.NONE, "", null, "", generation);
    }

    /** Returns a report of a wallet that a rebuild has read. */
    public static ListChange rebuildListed(int generation, Wallet wallet) {
        return new ListChange(Kind.REBUILD_LISTED, wallet, "", null, "", generation);
    }

    /** Returns the end of a rebuild, which has read the list as of its beginning. */
    public static ListChange rebuildEnds(int generation) {
        return new ListChange(Kind.REBUILD_ENDS, Wallet.NONE, "", null, "", generation);
    }

    /**
     * Returns a report of an invalid record.
     *
     * @param json describes the record; ASCII, at most 65,535 characters
     */
    public static ListChange refused(String json) {
        return new ListChange(Kind.REFUSED, Wallet.NONE, json, null, "", 0);
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(kind.ordinal());
        wallet.write(out);
        out.writeUTF(label);
        out.writeUTF(userId);
        out.writeInt(generation);
        out.writeBoolean(follow != null);
        if (follow != null) {
            follow.write(out);
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static ListChange read(DataInput in) throws IOException {
        FormatVersion.read(in, "list changes", VERSION);
        Kind kind = KINDS.get(in.readByte());
        Wallet wallet = Wallet.read(in);
        String label = in.readUTF();
        String userId = in.readUTF();
        int generation = in.readInt();
        Follow follow = in.readBoolean() ? Follow.read(in) : null;
        return new ListChange(kind, wallet, label, follow, userId, generation);
    }
}
