package io.dexklines.local.replay;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bundled sample: every swap and liquidity change of Uniswap V3's USDC/WETH 0.05 % pool on
 * Ethereum on 2024-01-05 UTC, and its minutes as a third party computed them. The README beside the
 * files names their source.
 */
public final class UniswapDay {

    public static final String TOPIC = "evm-trades-v4";
    public static final String CHAIN_ID = "1";
    public static final String PAIR_ADDRESS = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";

    /** Number of Kafka records, which is the number of lines. */
    public static final int RECORDS = 3_990;

    /** Number of entries in all records. */
    public static final int ENTRIES = 6_169;

    /** Number of entries that are swaps. The others change liquidity. */
    public static final int SWAPS = 6_046;

    /** Number of minutes with a trade. */
    public static final int MINUTES = 1_408;

    private static final String RECORDS_FILE = "uniswap_v3_usdc_weth.jsonl.gz";
    private static final String MINUTES_FILE = "uniswap_v3_usdc_weth_1m.csv";

    private UniswapDay() {}

    /**
     * A minute with trades, as published by the third party.
     *
     * @param openTimeS the start of the minute, in epoch seconds
     */
    public record Minute(long openTimeS, double open, double high, double low, double close) {}

    /** Returns the gzip-compressed file with one record per line. */
    static byte[] compressedRecords() throws IOException {
        try (InputStream file = open(RECORDS_FILE)) {
            return file.readAllBytes();
        }
    }

    /** Returns the minutes with trades, in ascending order. */
    public static List<Minute> minutes() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(open(MINUTES_FILE), StandardCharsets.US_ASCII))) {
            return lines.lines().skip(1).map(UniswapDay::minute).toList();
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
            throw new FileNotFoundException("missing in the class path: " + path);
        }
        return stream;
    }
}
