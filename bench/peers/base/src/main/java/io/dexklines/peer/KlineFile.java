package io.dexklines.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file to which an engine writes the klines that it emits, for the comparison with the expected
 * ones. Several files of one folder belong together. Not thread-safe.
 */
public final class KlineFile implements AutoCloseable {

    private static final String SUFFIX = ".klines";

    private final DataOutputStream out;

    private KlineFile(Path file) throws IOException {
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /** Creates a new file in a folder. */
    public static KlineFile in(Path folder) {
        try {
            return new KlineFile(Files.createTempFile(folder, "klines", SUFFIX));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends a version of a kline. A reader sees it at once. */
    public void append(Kline kline) {
        try {
            out.writeUTF(kline.pair);
            out.writeUTF(kline.interval);
            out.writeLong(kline.openTimeMs);
            out.writeDouble(kline.open);
            out.writeDouble(kline.high);
            out.writeDouble(kline.low);
            out.writeDouble(kline.close);
            out.writeDouble(kline.mcapOpen);
            out.writeDouble(kline.mcapHigh);
            out.writeDouble(kline.mcapLow);
            out.writeDouble(kline.mcapClose);
            out.writeDouble(kline.volumeUsd);
            out.writeDouble(kline.volumeToken);
            out.writeDouble(kline.buyVolumeUsd);
            out.writeDouble(kline.buyVolumeToken);
            out.writeLong(kline.trades);
            out.writeLong(kline.buys);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes on every version of every kline in the files of a folder. */
    public static void readAll(Path folder, Consumer<Kline> klines) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                read(file, klines);
            }
        }
    }

    private static void read(Path file, Consumer<Kline> klines) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (true) {
                Kline kline = new Kline();
                kline.pair = in.readUTF();
                kline.interval = in.readUTF();
                kline.openTimeMs = in.readLong();
                kline.open = in.readDouble();
                kline.high = in.readDouble();
                kline.low = in.readDouble();
                kline.close = in.readDouble();
                kline.mcapOpen = in.readDouble();
                kline.mcapHigh = in.readDouble();
                kline.mcapLow = in.readDouble();
                kline.mcapClose = in.readDouble();
                kline.volumeUsd = in.readDouble();
                kline.volumeToken = in.readDouble();
                kline.buyVolumeUsd = in.readDouble();
                kline.buyVolumeToken = in.readDouble();
                kline.trades = in.readLong();
                kline.buys = in.readLong();
                klines.accept(kline);
            }
        } catch (EOFException end) {
            // the engine may be writing the last kline
        }
    }
}
