package io.dexklines.local.wallets;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The places of a wallet's fields in a row of CSV, from 0.
 *
 * @param label {@link #NONE} if there are no labels
 * @param count the most columns that a row can have
 */
record WalletColumns(int chainId, int address, int label, int count) {

    /** The columns of a file without a header: {@code chain_id,address,label}. */
    static final WalletColumns WITHOUT_HEADER = new WalletColumns(0, 1, 2, 3);

    private static final int NONE = -1;

    /**
     * Returns the columns that a header names, in any case and order, with or without spaces,
     * hyphens and underscores in the names.
     *
     * @return empty if the row is not a header
     * @throws IllegalArgumentException if a column is missing; the message is for the user
     */
    static Optional<WalletColumns> ofHeader(List<String> row) {
        List<String> names = row.stream().map(WalletColumns::name).toList();
        int chainId = names.indexOf("chainid");
        int address = names.indexOf("address");
        if (chainId < 0 && address < 0) {
            return Optional.empty();
        }
        if (chainId < 0 || address < 0) {
            throw new IllegalArgumentException(
                    "the header has no column "
                            + (chainId < 0 ? "chain_id" : "address")
                            + ": name the columns chain_id, address and label");
        }
        return Optional.of(
                new WalletColumns(chainId, address, names.indexOf("label"), names.size()));
    }

    private static String name(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
    }

    /**
     * Returns the wallet of a row.
     *
     * @param separator the character between two columns
     * @throws IllegalArgumentException if the row is invalid; the message is for the user
     */
    WalletLine wallet(List<String> row, char separator) {
        if (row.size() <= Math.max(chainId, address)) {
            throw new IllegalArgumentException(
                    "expected chain_id" + separator + "address" + separator + "label");
        }
        if (row.size() > count) {
            throw new IllegalArgumentException(
                    "%d columns instead of %d: put a label with %s in quotes"
                            .formatted(row.size(), count, separator));
        }
        return new WalletLine(
                WalletKey.of(row.get(chainId), row.get(address)),
                label == NONE || label >= row.size() ? "" : inOneLine(row.get(label)));
    }

    /** Labels are shown in one line. */
    private static String inOneLine(String label) {
        return label.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
