package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

/** A parser of CSV (RFC 4180) that reads one row at a time. */
final class CsvRows {

    private static final char COMMA = ',';
    private static final char SEMICOLON = ';';

    /** Most lines of a row, so that a quote that is never closed costs one row. */
    private static final int MAX_LINES = 100;

    private static final CsvMapper CSV =
            CsvMapper.builder()
                    .enable(CsvParser.Feature.WRAP_AS_ARRAY, CsvParser.Feature.TRIM_SPACES)
                    .build();

    private final char separator;
    private final ObjectReader parser;

    /**
     * @param firstLine a line of the file that begins a row. The first comma or semicolon in it is
     *     the separator of all rows.
     */
    CsvRows(String firstLine) {
        int comma = firstLine.indexOf(COMMA);
        int semicolon = firstLine.indexOf(SEMICOLON);
        this.separator = semicolon >= 0 && (comma < 0 || semicolon < comma) ? SEMICOLON : COMMA;
        this.parser =
                CSV.readerFor(String[].class)
                        .with(CsvSchema.emptySchema().withColumnSeparator(separator));
    }

    /** Returns the character between two columns. */
    char separator() {
        return separator;
    }

    /**
     * Parses the row that begins with a line.
     *
     * @param line the line that {@code lines} returned last
     * @param lines where the row goes on if a line break is in quotes
     * @return the columns, without quotes and the spaces around them
     * @throws IllegalArgumentException if the row is invalid; the message is for the user, and the
     *     next row begins with the next line
     */
    List<String> row(String line, TextLines lines) throws IOException {
        List<String> taken = new ArrayList<>(List.of(line));
        while (true) {
            RowText text = new RowText(String.join("\n", taken));
            try (MappingIterator<String[]> rows = parser.readValues(text)) {
                return List.of(rows.nextValue());
            } catch (JsonProcessingException e) {
                // at its end a row is invalid only if a quote is open there
                String next = text.isAtEnd && taken.size() < MAX_LINES ? lines.next() : null;
                if (next == null) {
                    lines.putBack(taken.subList(1, taken.size()));
                    throw new IllegalArgumentException(
                            "invalid CSV: close each quote that opens a column, and write two"
                                    + " quotes for one in it",
                            e);
                }
                taken.add(next);
            }
        }
    }

    /** The text of a row, which notices whether it was read to its end. */
    private static final class RowText extends StringReader {
        private boolean isAtEnd;

        RowText(String text) {
            super(text);
        }

        @Override
        public int read(char[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            isAtEnd = read < 0;
            return read;
        }
    }
}
