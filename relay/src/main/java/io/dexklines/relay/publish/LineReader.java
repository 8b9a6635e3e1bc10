package io.dexklines.relay.publish;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits fragmented messages into lines. A line ends at a line feed or at the end of its message.
 *
 * <p>Buffers at most one line. Lines that are too long are discarded.
 */
final class LineReader {

    private final int maxLineBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;

    LineReader(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Returns the lines that {@code piece} completes. Skips empty lines; an empty array stands for
     * a line that is too long.
     *
     * @param endOfMessage whether the piece is the last one of its message
     */
    List<byte[]> add(byte[] piece, boolean endOfMessage) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int index = 0; index < piece.length; index++) {
            if (piece[index] == '\n') {
                append(piece, start, index);
                end(lines);
                start = index + 1;
            }
        }
        append(piece, start, piece.length);
        if (endOfMessage) {
            end(lines);
        }
        return lines;
    }

    private void append(byte[] piece, int from, int to) {
        if (line.size() + to - from > maxLineBytes) {
            tooLong = true;
        }
        if (!tooLong) {
            line.write(piece, from, to - from);
        }
    }

    private void end(List<byte[]> lines) {
        if (tooLong) {
            lines.add(new byte[0]);
        } else if (line.size() > 0) {
            lines.add(line.toByteArray());
        }
        line.reset();
        tooLong = false;
    }
}
