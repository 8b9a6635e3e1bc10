package io.dexklines.local.simulator;

import io.dexklines.local.simulator.SimulatedChain.Coin;
import io.dexklines.local.simulator.SimulatedChain.Exchange;
import java.util.SplittableRandom;

/** A pool: what it is called, and the price that wanders in it. */
final class TradedPair {

    /** How much of the way back to its first price a trade takes: prices wander, but not away. */
    private static final double PULL = 1e-4;

    /** How fast the references of the five {@code kline_up_down} figures follow the price. */
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
        Description description = new Description(token, tokenSymbol, random);
        this.pairInfoCanonical = description.json(pool.canonical());
        this.pairInfoDisplayed = description.json(pool.displayed());
    }

    /** The pool in which the chain's own coin costs dollars. */
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

    /** A pool of a token of somebody's making. */
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

    SimulatedChain chain() {
        return chain;
    }

    Exchange exchange() {
        return exchange;
    }

    Address pool() {
        return pool;
    }

    /** The object that describes the pool. */
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

    /** Lets time pass: the price takes a step of its random walk. */
    void wander(double gauss) {
        logPrice += noise * gauss - PULL * (logPrice - firstLogPrice);
    }

    /** Trades {@code usd} and returns the price paid, which is half way to the price it leaves. */
    double trade(boolean buy, double usd) {
        double impact = Math.min(0.1, 2 * usd / liquidityUsd);
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

    /** The change against the reference of {@code kline_up_down} number {@code i}, in percent. */
    double upDownPercent(int i, double priceUsd) {
        return (priceUsd / references[i] - 1) * 100;
    }

    private static double logUniform(double from, double to, SplittableRandom random) {
        double low = StrictMath.log(from);
        return StrictMath.exp(low + (StrictMath.log(to) - low) * random.nextDouble());
    }

    /** What the producer tells of the pool in every trade. */
    private final class Description {
        private final Address token;
        private final String tokenSymbol;
        private final boolean baseIsToken0;
        private final long createdHeight;
        private final long createdTime;
        private final int fee;

        Description(Address token, String tokenSymbol, SplittableRandom random) {
            this.token = token;
            this.tokenSymbol = tokenSymbol;
            this.baseIsToken0 = random.nextBoolean();
            this.createdHeight = 1_000_000 + random.nextInt(9_000_000);
            this.createdTime = 1_690_000_000 + random.nextInt(40_000_000);
            this.fee = new int[] {100, 500, 2_500, 3_000, 10_000}[random.nextInt(5)];
        }

        byte[] json(byte[] poolAddress) {
            JsonBytes json = new JsonBytes();
            byte[] tokenAddress = token.canonical();
            byte[] baseAddress = JsonBytes.ascii(base.address());
            field(json.raw('{'), "chain_id").string(JsonBytes.ascii(chain.id()));
            field(json.raw(','), "addr").string(poolAddress);
            if (chain.isEvm()) {
                field(json.raw(','), "fee").integer(fee);
            }
            field(json.raw(','), "base_token_addr").string(baseAddress);
            field(json.raw(','), "token_addr").string(tokenAddress);
            field(json.raw(','), "base_token_symbol").string(JsonBytes.ascii(base.symbol()));
            field(json.raw(','), "token_symbol").raw(JsonBytes.utf8(JsonBytes.quoted(tokenSymbol)));
            field(json.raw(','), "base_token_decimal").integer(base.decimals());
            field(json.raw(','), "token_decimal").integer(tokenDecimals);
            field(json.raw(','), "base_token_is_native_token")
                    .raw(JsonBytes.ascii(String.valueOf(!isPricedInDollars())));
            field(json.raw(','), "base_token_is_token_0")
                    .raw(JsonBytes.ascii(String.valueOf(baseIsToken0)));
            field(json.raw(','), "token_total_supply").number(totalSupply, 17);
            field(json.raw(','), "name").string(JsonBytes.ascii(exchange.name()));
            field(json.raw(','), "block_num").integer(createdHeight);
            field(json.raw(','), "block_time").integer(createdTime);
            return json.raw('}').copy();
        }

        private JsonBytes field(JsonBytes json, String name) {
            return json.string(JsonBytes.ascii(name)).raw(':');
        }
    }
}
