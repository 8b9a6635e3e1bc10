package io.dexklines.local.logs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A reader of the last lines of a file, and then of what is appended to it. Not thread-safe. */
public final class LogTail {

    private static final int BLOCK_BYTES = 1 << 16;

    /** Most bytes that are read at once. */
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private long position;

    /**
     * @param lines number of lines at the end of the file that are read first
     */
    public LogTail(Path file, int lines) throws IOException {
        this.file = file;
        this.position = beginOfLast(lines);
    }

    private long beginOfLast(int lines) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long end = in.length();
            int lineFeeds = 0;
            for (long block = end; block > 0; ) {
                int length = (int) Math.min(BLOCK_BYTES, block);
                block -= length;
                byte[] bytes = new byte[length];
                in.seek(block);
                in.readFully(bytes);
                for (int i = length - 1; i >= 0; i--) {
                    // the line feed at the end of the file ends the last line
                    if (bytes[i] == '\n' && block + i + 1 < end && ++lineFeeds == lines) {
                        return block + i + 1;
                    }
                }
            }
            return 0;
        }
    }

    /**
     * Returns whole lines that were not returned yet, with their line feeds; empty if there are
     * none. Begins again with a file that has become shorter. A file that is missing has no lines.
     */
    public String wholeLines() throws IOException {
        byte[] bytes = unread();
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        // a line that is longer than all that is read at once
        return taken(bytes, end == 0 && bytes.length == MAX_BYTES ? bytes.length : end);
    }

    /** Returns the incomplete line at the end of the file, if it was not returned yet. */
    public String incompleteLine() throws IOException {
        byte[] bytes = unread();
        return taken(bytes, bytes.length);
    }

    private byte[] unread() throws IOException {
        if (!Files.exists(file)) {
            position = 0;
            return new byte[0];
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            if (length < position) {
                position = 0;
            }
            byte[] bytes = new byte[(int) Math.min(MAX_BYTES, length - position)];
            in.seek(position);
            in.readFully(bytes);
            return bytes;
        }
    }

    private String taken(byte[] bytes, int end) {
        position += end;
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
