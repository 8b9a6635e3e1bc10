package io.dexklines.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.dexklines.local.simulator.SimulatedChain.Coin;
import io.dexklines.local.simulator.SimulatedChain.Exchange;
import java.util.SplittableRandom;

/** A simulated pool: its description, its liquidity and a price that follows a random walk. */
final class TradedPair {

    /** Share of the distance to its first price by which a price moves back in each step. */
    private static final double PULL = 1e-4;

    /** Smoothing factors of the reference prices of the five {@code kline_up_down} fields. */
    private static final double[] FOLLOW = {0.02, 0.004, 0.001, 0.0007, 0.0002};

    private final SimulatedChain chain;
    private final Exchange exchange;
    private final Coin base;
    private final int tokenDecimals;
    private final double circulatingSupply;
    private final double totalSupply;
    private final double firstLogPrice;
    private final double firstLiquidityUsd;
    private final double noise;
    private final Address pool;
    private final byte[] pairInfoCanonical;
    private final byte[] pairInfoDisplayed;
    private final double[] references = new double[FOLLOW.length];

    private double logPrice;
    private double liquidityUsd;

    private TradedPair(
            SimulatedChain chain,
            Exchange exchange,
            Coin base,
            Address token,
            String tokenSymbol,
            int tokenDecimals,
            double priceUsd,
            double mcapUsd,
            double liquidityUsd,
            double noise,
            SplittableRandom random) {
        this.chain = chain;
        this.exchange = exchange;
        this.base = base;
        this.tokenDecimals = tokenDecimals;
        this.circulatingSupply = Math.rint(mcapUsd / priceUsd);
        this.totalSupply =
                random.nextInt(4) == 0 ? Math.rint(circulatingSupply * 1.25) : circulatingSupply;
        this.firstLogPrice = StrictMath.log(priceUsd);
        this.firstLiquidityUsd = liquidityUsd;
        this.noise = noise;
        this.pool = Address.random(chain, random);
        this.logPrice = firstLogPrice;
        this.liquidityUsd = liquidityUsd;
        for (int i = 0; i < references.length; i++) {
            references[i] = priceUsd;
        }
        String description = description(token, tokenSymbol, random);
        this.pairInfoCanonical = pairInfo(pool.canonical(), description);
        this.pairInfoDisplayed = pairInfo(pool.displayed(), description);
    }

    /** Creates the pool that trades the chain's native coin against a dollar coin. */
    static TradedPair ofNativeCoin(SimulatedChain chain, SplittableRandom random) {
        Coin coin = chain.nativeCoin();
        double priceUsd = chain.nativePriceUsd();
        return new TradedPair(
                chain,
                chain.exchanges().get(0),
                chain.dollar(),
                Address.of(chain, coin.address()),
                coin.symbol(),
                coin.decimals(),
                priceUsd,
                priceUsd * 1.2e8,
                3e7,
                0.0003,
                random);
    }

    /** Creates a pool of a random token, priced in the native coin or a dollar coin. */
    static TradedPair ofToken(SimulatedChain chain, String symbol, SplittableRandom random) {
        Exchange exchange = chain.exchanges().get(random.nextInt(chain.exchanges().size()));
        double priceUsd = logUniform(1e-11, 10, random);
        double mcapUsd = logUniform(2e4, 5e8, random);
        double liquidityUsd =
                Math.min(2e7, Math.max(8e3, mcapUsd * (0.03 + 0.12 * random.nextDouble())));
        Address token = Address.random(chain, random);
        int decimals;
        if (chain.isEvm()) {
            decimals = random.nextInt(4) == 0 ? 9 : 18;
        } else {
            decimals = random.nextInt(4) == 0 ? 9 : 6;
            if (exchange.leavesLogIndexZero()) {
                token = token.endingWith("pump");
            }
        }
        return new TradedPair(
                chain,
                exchange,
                random.nextInt(5) == 0 ? chain.dollar() : chain.nativeCoin(),
                token,
                symbol,
                decimals,
                priceUsd,
                mcapUsd,
                liquidityUsd,
                0.0005 + 0.003 * random.nextDouble(),
                random);
    }

    Exchange exchange() {
        return exchange;
    }

    Address pool() {
        return pool;
    }

    /** Returns the value of {@code pair_info}, a JSON object in UTF-8. */
    byte[] pairInfo(boolean displayed) {
        return displayed ? pairInfoDisplayed : pairInfoCanonical;
    }

    boolean isPricedInDollars() {
        return base == chain.dollar();
    }

    int tokenDecimals() {
        return tokenDecimals;
    }

    int baseDecimals() {
        return base.decimals();
    }

    double circulatingSupply() {
        return circulatingSupply;
    }

    double totalSupply() {
        return totalSupply;
    }

    double liquidityUsd() {
        return liquidityUsd;
    }

    double priceUsd() {
        return StrictMath.exp(logPrice);
    }

    /**
     * Moves the price as {@code weight} steps of its random walk do.
     *
     * @param gauss a standard normal deviate
     */
    void wander(double gauss, double weight) {
        double pull = Math.min(1, PULL * weight);
        logPrice += noise * Math.sqrt(weight) * gauss - pull * (logPrice - firstLogPrice);
    }

    /**
     * Trades {@code usd} and returns the price paid, midway between the old and the new price.
     *
     * @param weight the number of trades for which this one stands. Most of their impacts cancel
     *     out, so the price moves by the square root of that number.
     */
    double trade(boolean buy, double usd, double weight) {
        double impact = Math.min(0.1, 2 * (usd / weight) / liquidityUsd) * Math.sqrt(weight);
        double step = buy ? impact : -impact;
        double paid = StrictMath.exp(logPrice + step / 2);
        logPrice += step;
        for (int i = 0; i < references.length; i++) {
            references[i] += (paid - references[i]) * FOLLOW[i];
        }
        return paid;
    }

    void changeLiquidity(double usd) {
        liquidityUsd =
                Math.min(
                        3 * firstLiquidityUsd, Math.max(firstLiquidityUsd / 3, liquidityUsd + usd));
    }

    /** Returns the change against reference price {@code i}, in percent. */
    double upDownPercent(int i, double priceUsd) {
        return (priceUsd / references[i] - 1) * 100;
    }

    private static double logUniform(double from, double to, SplittableRandom random) {
        double low = StrictMath.log(from);
        return StrictMath.exp(low + (StrictMath.log(to) - low) * random.nextDouble());
    }

    /** Returns the fields of {@code pair_info} that follow the pool's address. */
    private String description(Address token, String tokenSymbol, SplittableRandom random) {
        boolean baseIsToken0 = random.nextBoolean();
        int createdHeight = 1_000_000 + random.nextInt(9_000_000);
        int createdTime = 1_690_000_000 + random.nextInt(40_000_000);
        int fee = new int[] {100, 500, 2_500, 3_000, 10_000}[random.nextInt(5)];
        return """
        %s"base_token_addr":"%s","token_addr":"%s","base_token_symbol":"%s","token_symbol":%s,\
        "base_token_decimal":%d,"token_decimal":%d,"base_token_is_native_token":%b,\
        "base_token_is_token_0":%b,"token_total_supply":%s,"name":"%s",\
        "block_num":%d,"block_time":%d}"""
                .formatted(
                        chain.isEvm() ? "\"fee\":" + fee + "," : "",
                        base.address(),
                        token.text(),
                        base.symbol(),
                        JsonBytes.quoted(tokenSymbol),
                        base.decimals(),
                        tokenDecimals,
                        !isPricedInDollars(),
                        baseIsToken0,
                        new String(new JsonBytes().number(totalSupply, 17).copy(), US_ASCII),
                        exchange.name(),
                        createdHeight,
                        createdTime);
    }

    private byte[] pairInfo(byte[] address, String description) {
        return "{\"chain_id\":\"%s\",\"addr\":\"%s\",%s"
                .formatted(chain.id(), new String(address, US_ASCII), description)
                .getBytes(UTF_8);
    }
}
