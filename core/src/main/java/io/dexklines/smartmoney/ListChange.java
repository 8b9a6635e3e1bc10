package io.dexklines.smartmoney;

/**
 * One change of the wallets or of who follows them. What does not apply is {@link Wallet#NONE},
 * empty, null or 0.
 *
 * @param kind what changes
 * @param wallet the wallet
 * @param label the name that a listed wallet is given; text to show, never a key
 * @param follow the follow that is new
 * @param userId whose follow ends
 * @param generation which rebuild of the filter it belongs to
 */
public record ListChange(
        Kind kind, Wallet wallet, String label, Follow follow, String userId, int generation) {

    /** What changes. */
    public enum Kind {
        /** The wallet is tracked, with this label, from now on. */
        LISTED,
        /** It is tracked no more. */
        UNLISTED,
        /** A user follows it; replaces that user's follow of it. */
        FOLLOWED,
        /** A user does not follow it any more. */
        UNFOLLOWED,
        /** The list is read anew from its beginning, to build filters without what has left it. */
        REBUILD_BEGINS,
        /** The wallet stands in the list that is read anew. */
        REBUILD_LISTED,
        /** The list has been read anew: the new filters replace the old ones. */
        REBUILD_ENDS
    }

    /** The wallet is tracked from now on. */
    public static ListChange listed(Wallet wallet, String label) {
        return new ListChange(Kind.LISTED, wallet, label, null, "", 0);
    }

    /** The wallet is tracked no more. */
    public static ListChange unlisted(Wallet wallet) {
        return new ListChange(Kind.UNLISTED, wallet, "", null, "", 0);
    }

    /** A user follows a wallet, which may be listed later. */
    public static ListChange followed(Follow follow) {
        return new ListChange(Kind.FOLLOWED, follow.wallet(), "", follow, follow.userId(), 0);
    }

    /** A user follows a wallet no more. */
    public static ListChange unfollowed(Wallet wallet, String userId) {
        return new ListChange(Kind.UNFOLLOWED, wallet, "", null, userId, 0);
    }

    /** A rebuild begins; another that has not ended is given up. */
    public static ListChange rebuildBegins(int generation) {
        return new ListChange(Kind.REBUILD_BEGINS, Wallet.NONE, "", null, "", generation);
    }

    /** A rebuild has come to this wallet. */
    public static ListChange rebuildListed(int generation, Wallet wallet) {
        return new ListChange(Kind.REBUILD_LISTED, wallet, "", null, "", generation);
    }

    /** A rebuild has read all that stood in the list when it began. */
    public static ListChange rebuildEnds(int generation) {
        return new ListChange(Kind.REBUILD_ENDS, Wallet.NONE, "", null, "", generation);
    }
}
