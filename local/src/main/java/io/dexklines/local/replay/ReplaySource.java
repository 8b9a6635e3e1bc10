package io.dexklines.local.replay;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * The lines of a plain or gzip-compressed file, with the position reached in it. A byte order mark
 * and blank lines are skipped, because a job would exclude both as malformed records.
 */
public final class ReplaySource implements AutoCloseable {

    /** Longest line, in bytes. A broker would reject records that are far smaller. */
    public static final int MAX_LINE_BYTES = 64 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String name;
    private final long fileBytes;
    private final Counted file;
    private final InputStream content;
    private byte[] line = new byte[1 << 14];
    private long lineNumber;

    private ReplaySource(String name, long fileBytes, InputStream file, boolean compressed)
            throws IOException {
        this.name = name;
        this.fileBytes = fileBytes;
        this.file = new Counted(file);
        this.content =
                new BufferedInputStream(
                        compressed ? new GZIPInputStream(this.file, 1 << 16) : this.file, 1 << 16);
        skipByteOrderMark();
    }

    private void skipByteOrderMark() throws IOException {
        content.mark(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(content.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            content.reset();
        }
    }

    /** Opens a file, which is decompressed if its name ends in {@code .gz}. */
    public static ReplaySource ofFile(Path path) throws IOException {
        long bytes = Files.size(path);
        InputStream file = Files.newInputStream(path);
        try {
            return new ReplaySource(
                    path.getFileName().toString(), bytes, file, path.toString().endsWith(".gz"));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Opens the bundled {@link UniswapDay}. */
    public static ReplaySource ofSample() throws IOException {
        byte[] file = UniswapDay.compressedRecords();
        return new ReplaySource(
                "the Uniswap day of 2024-01-05", file.length, new ByteArrayInputStream(file), true);
    }

    /** Returns the name for messages. */
    public String name() {
        return name;
    }

    /** Returns the size of the file as stored, in bytes. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Returns how many of {@link #fileBytes} have been read. */
    public long fileBytesRead() {
        return file.count;
    }

    /** Returns the number of the line that was read last, from 1; 0 before the first. */
    public long lineNumber() {
        return lineNumber;
    }

    /**
     * Returns the next line that is not blank, without its line feed, or null at the end of the
     * file.
     *
     * @throws IOException if the file cannot be read or the line exceeds {@link #MAX_LINE_BYTES}
     */
    public byte[] nextLine() throws IOException {
        byte[] next = anyLine();
        while (next != null && isBlank(next)) {
            next = anyLine();
        }
        return next;
    }

    private static boolean isBlank(byte[] text) {
        for (byte c : text) {
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /** A line feed at the end of the file does not begin another line. */
    private byte[] anyLine() throws IOException {
        int length = 0;
        int next = content.read();
        if (next < 0) {
            return null;
        }
        lineNumber++;
        while (next >= 0 && next != '\n') {
            if (length == line.length) {
                if (length >= MAX_LINE_BYTES) {
                    throw new IOException("line " + lineNumber + " is longer than 64 MiB");
                }
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
            next = content.read();
        }
        return Arrays.copyOf(line, length);
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) {
                count++;
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            if (read > 0) {
                count += read;
            }
            return read;
        }
    }
}
