package io.dexklines.local.replay;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The bundled sample: every swap and liquidity change of Uniswap V3's USDC/WETH 0.05 % pool on
 * Ethereum on 2024-01-05 UTC, and what a third party made of its minutes. See the README beside the
 * files for their source.
 */
public final class UniswapDay {

    public static final String TOPIC = "evm-trades-v4";
    public static final String CHAIN_ID = "1";
    public static final String PAIR_ADDRESS = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";

    /** Lines of the file, so Kafka records. */
    public static final int RECORDS = 3_990;

    /** Entries of all its arrays. */
    public static final int ENTRIES = 6_169;

    /** Entries that are swaps; the others change liquidity. */
    public static final int SWAPS = 6_046;

    /** Minutes with a trade. */
    public static final int MINUTES = 1_408;

    private static final String RECORDS_FILE = "uniswap_v3_usdc_weth.jsonl.gz";
    private static final String MINUTES_FILE = "uniswap_v3_usdc_weth_1m.csv";

    private UniswapDay() {}

    /**
     * One traded minute as published.
     *
     * @param openTimeS its begin, in epoch seconds
     */
    public record Minute(long openTimeS, double open, double high, double low, double close) {}

    /** The file's bytes as they are stored, compressed by gzip. */
    public static InputStream compressedRecords() throws IOException {
        return open(RECORDS_FILE);
    }

    /** One record a line, decompressed. */
    public static InputStream records() throws IOException {
        return new GZIPInputStream(compressedRecords());
    }

    /** The traded minutes in their order. */
    public static List<Minute> minutes() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(open(MINUTES_FILE), StandardCharsets.US_ASCII))) {
            return lines.lines().skip(1).map(UniswapDay::minute).toList();
        }
    }

    /** How many bytes {@link #compressedRecords} has. */
    static long compressedBytes() throws IOException {
        try (InputStream file = compressedRecords()) {
            return file.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static Minute minute(String line) {
        String[] columns = line.split(",");
        return new Minute(
                Long.parseLong(columns[0]),
                Double.parseDouble(columns[1]),
                Double.parseDouble(columns[2]),
                Double.parseDouble(columns[3]),
                Double.parseDouble(columns[4]));
    }

    private static InputStream open(String file) throws IOException {
        String path = "/samples/" + file;
        InputStream stream = UniswapDay.class.getResourceAsStream(path);
        if (stream == null) {
            throw new FileNotFoundException("not in the jar: " + path);
        }
        return stream;
    }
}
