package io.dexklines.job.compatibility;

import io.dexklines.kline.Kline;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Pair;

/**
 * The JSON that the Go consumers publish for each change of a kline: strings for the address and
 * the interval, integers for the chain and for times in epoch seconds, and numbers for prices and
 * the volume in USD.
 */
public final class KlineUpdateMessage {

    private static final String CHAIN_ID = "[0-9]{1,18}";

    private KlineUpdateMessage() {}

    /** Returns whether a chain has an id that the message can contain, which is an integer. */
    public static boolean canName(String chainId) {
        return chainId.matches(CHAIN_ID);
    }

    /**
     * Returns the message on one line.
     *
     * @param address the address of the pair as readers expect it
     * @param nowMs when it is published, epoch milliseconds
     * @throws NumberFormatException if the message cannot name the chain; see {@link #canName}
     */
    public static String of(Pair pair, String address, Kline kline, long nowMs) {
        return new JsonObject()
                .text("pair_address", address)
                .whole("chain_id", Long.parseLong(pair.chainId()))
                .text("interval", kline.interval().code())
                .whole("candle_time", Math.floorDiv(kline.openTimeMs(), 1000L))
                .number("open", kline.open())
                .number("high", kline.high())
                .number("low", kline.low())
                .number("close", kline.close())
                .number("volume", kline.volumeUsd())
                .whole("timestamp", Math.floorDiv(nowMs, 1000L))
                .toString();
    }
}
