package io.dexklines.local.replay;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** The lines of a file, plain or compressed by gzip, and how far it has been read. */
public final class ReplaySource implements AutoCloseable {

    /** A longer line is no record: it would not fit a broker by far. */
    public static final int MAX_LINE_BYTES = 64 << 20;

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
    }

    /** A file; one whose name ends in {@code .gz} is decompressed. */
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

    /** The bundled {@link UniswapDay}. */
    public static ReplaySource ofSample() throws IOException {
        return new ReplaySource(
                "the Uniswap day of 2024-01-05",
                UniswapDay.compressedBytes(),
                UniswapDay.compressedRecords(),
                true);
    }

    /** What a person calls it. */
    public String name() {
        return name;
    }

    /** The size of the file as it is stored. */
    public long fileBytes() {
        return fileBytes;
    }

    /** How much of {@link #fileBytes} has been read. */
    public long fileBytesRead() {
        return file.count;
    }

    /** The number of the line that was read last, from 1. */
    public long lineNumber() {
        return lineNumber;
    }

    /**
     * The next line without its line feed and otherwise as it is, or null at the end. A line feed
     * at the very end of the file begins no further line.
     *
     * @throws IOException also if the line is longer than {@link #MAX_LINE_BYTES}
     */
    public byte[] nextLine() throws IOException {
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
