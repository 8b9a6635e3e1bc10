package io.dexklines.local.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A chain of the simulated market, with its topic, block times and exchanges. */
public enum SimulatedChain {
    SOLANA(
            "100000",
            "sol-trades",
            400,
            1_751_328_000_000L,
            350_300_000,
            0.55,
            165,
            new Coin("SOL", "So11111111111111111111111111111111111111112", 9),
            new Coin("USDC", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", 6),
            List.of(
                    new Exchange("RaydiumV4", false, false),
                    new Exchange("PumpFun", true, false),
                    new Exchange("OrcaWhirlpool", false, false),
                    new Exchange("PumpSwap", true, true),
                    new Exchange("MeteoraDLMM", false, false))),

    BSC(
            "56",
            "bsc-trades",
            750,
            1_751_250_600_000L,
            52_552_978,
            0.22,
            690,
            new Coin("WBNB", "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c", 18),
            new Coin("USDT", "0x55d398326f99059ff775485246999027b3197955", 18),
            List.of(
                    new Exchange("PancakeSwapV2", false, false),
                    new Exchange("FourMeme", true, false),
                    new Exchange("PancakeSwapV3", false, false))),

    BASE(
            "8453",
            "evm-trades-v4",
            2_000,
            1_686_789_347_000L,
            0,
            0.15,
            3_150,
            new Coin("WETH", "0x4200000000000000000000000000000000000006", 18),
            new Coin("USDC", "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913", 6),
            List.of(
                    new Exchange("UniswapV3", false, false),
                    new Exchange("AerodromeV1", true, false),
                    new Exchange("UniswapV2", false, false))),

    ETHEREUM(
            "1",
            "evm-trades-v4",
            12_000,
            1_663_224_179_000L,
            15_537_394,
            0.08,
            3_150,
            new Coin("WETH", "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", 18),
            new Coin("USDC", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", 6),
            List.of(
                    new Exchange("UniswapV3", false, false),
                    new Exchange("SushiSwapV2", true, false),
                    new Exchange("UniswapV2", false, false)));

    /**
     * A coin in which tokens are priced.
     *
     * @param symbol such as {@code WBNB}
     * @param address address of the contract or mint
     * @param decimals number of decimal places
     */
    record Coin(String symbol, String address, int decimals) {}

    /**
     * An exchange in the representation of its producer.
     *
     * @param name the value of {@code swap_name}
     * @param leavesLogIndexZero whether all swaps of one transaction have {@code log_index} 0
     * @param leavesBlockNumZero whether {@code block_num} is 0 and only {@code slot} has the height
     */
    record Exchange(String name, boolean leavesLogIndexZero, boolean leavesBlockNumZero) {}

    private final String id;
    private final String topic;
    private final long blockMs;
    private final long anchorMs;
    private final long anchorHeight;
    private final double shareOfTrades;
    private final double nativePriceUsd;
    private final Coin nativeCoin;
    private final Coin dollar;
    private final List<Exchange> exchanges;

    SimulatedChain(
            String id,
            String topic,
            long blockMs,
            long anchorMs,
            long anchorHeight,
            double shareOfTrades,
            double nativePriceUsd,
            Coin nativeCoin,
            Coin dollar,
            List<Exchange> exchanges) {
        this.id = id;
        this.topic = topic;
        this.blockMs = blockMs;
        this.anchorMs = anchorMs;
        this.anchorHeight = anchorHeight;
        this.shareOfTrades = shareOfTrades;
        this.nativePriceUsd = nativePriceUsd;
        this.nativeCoin = nativeCoin;
        this.dollar = dollar;
        this.exchanges = exchanges;
    }

    /** Returns the simulated chain with this {@code chain_id}, or empty if there is none. */
    public static Optional<SimulatedChain> ofId(String chainId) {
        return Arrays.stream(values()).filter(chain -> chain.id.equals(chainId)).findFirst();
    }

    /** Returns the {@code chain_id}, such as {@code 56}. */
    public String id() {
        return id;
    }

    /** Returns the Kafka topic of the chain's trades. */
    public String topic() {
        return topic;
    }

    /** Returns the time between two blocks, in milliseconds. */
    public long blockMs() {
        return blockMs;
    }

    /** Returns whether addresses are hexadecimal and amounts are decimal strings. */
    public boolean isEvm() {
        return this != SOLANA;
    }

    /** Returns the chain's share of all trades. The shares of all chains sum to 1. */
    double shareOfTrades() {
        return shareOfTrades;
    }

    /** Returns the initial price of the native coin, in USD. */
    double nativePriceUsd() {
        return nativePriceUsd;
    }

    Coin nativeCoin() {
        return nativeCoin;
    }

    Coin dollar() {
        return dollar;
    }

    List<Exchange> exchanges() {
        return exchanges;
    }

    /** Returns the time of the first block at or after {@code timeMs}, in epoch milliseconds. */
    long firstBlockAtOrAfterMs(long timeMs) {
        return anchorMs - Math.floorDiv(anchorMs - timeMs, blockMs) * blockMs;
    }

    /**
     * Returns the height of the block at {@code blockTimeMs}, which never decreases between runs.
     */
    long heightAt(long blockTimeMs) {
        return anchorHeight + Math.floorDiv(blockTimeMs - anchorMs, blockMs);
    }
}
