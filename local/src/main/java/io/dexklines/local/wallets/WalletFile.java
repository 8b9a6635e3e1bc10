package io.dexklines.local.wallets;

import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Optional;

/**
 * A file of wallets: rows of CSV, or a JSON object in each line. The first row of CSV may name the
 * columns, otherwise they are {@code chain_id,address,label}. Columns are separated by commas or by
 * semicolons, as in the first row. Blank lines are skipped.
 */
final class WalletFile {

    private final TextLines lines;

    /** Null before the first row. */
    private CsvRows rows;

    private WalletColumns columns = WalletColumns.WITHOUT_HEADER;

    WalletFile(Reader text) {
        this.lines = new TextLines(text);
    }

    /** Receives what a file contains, in the order of the file. */
    interface Receiver {

        /**
         * Receives a wallet.
         *
         * @throws IllegalArgumentException if the wallet is to be rejected; the message is for the
         *     user
         */
        void wallet(WalletLine wallet);

        /**
         * Receives a row that is not a wallet, or whose wallet was rejected.
         *
         * @param line where the row begins, from 1
         * @param reason for the user
         */
        void rejected(long line, String reason);
    }

    /** Reads the whole file. */
    void read(Receiver receiver) throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            long number = lines.number();
            if (line.isBlank()) {
                continue;
            }
            try {
                wallet(line).ifPresent(receiver::wallet);
            } catch (IllegalArgumentException e) {
                receiver.rejected(number, e.getMessage());
            }
        }
    }

    /** Returns the wallet that begins with a line, or empty if it is the header. */
    private Optional<WalletLine> wallet(String line) throws IOException {
        if (line.stripLeading().startsWith("{")) {
            return Optional.of(WalletLine.ofJson(line));
        }
        boolean isFirst = rows == null;
        if (isFirst) {
            rows = new CsvRows(line);
        }
        List<String> row = rows.row(line, lines);
        Optional<WalletColumns> header = isFirst ? WalletColumns.ofHeader(row) : Optional.empty();
        if (header.isPresent()) {
            columns = header.get();
            return Optional.empty();
        }
        return Optional.of(columns.wallet(row, rows.separator()));
    }
}
