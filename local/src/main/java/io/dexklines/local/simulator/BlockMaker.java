package io.dexklines.local.simulator;

import io.dexklines.local.simulator.EntryWriter.Entry;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Generates the blocks of one chain and the records in which its producer publishes them. */
final class BlockMaker {

    /** A record is closed at this size, well below a broker's default limit of 1 MiB. */
    private static final int RECORD_BYTES = 400_000;

    private static final double ZIPF_EXPONENT = 1.05;

    // shares of all transactions
    private static final double SANDWICHES = 0.005;
    private static final double LIQUIDITY_EVENTS = 0.015;
    private static final double MANY_SWAPS = 0.05;

    /** Share of the swaps without a log index that are written twice. */
    private static final double TWINS = 0.02;

    /** Share of the EVM transactions whose addresses are in mixed case. */
    private static final double DISPLAYED = 0.15;

    /** Share of the swaps that are twenty times as large as usual. */
    private static final double WHALES = 0.01;

    // shares of all blocks or records
    private static final double BLOCKS_IN_TWO_RECORDS = 0.05;
    private static final double HELD_BACK = 0.04;
    private static final double REDELIVERED = 0.02;

    private static final int BOTS = 3;

    /** By how much more than half of the swaps are buys. */
    private static final double BUY_SURPLUS = 0.01;

    private final SimulatedChain chain;
    private final SplittableRandom random;
    private final List<TradedPair> pairs;
    private final List<Address> bots = new ArrayList<>();
    private final Wallets wallets;
    private final double[] cumulativePopularity;
    private final JsonBytes json = new JsonBytes();
    private final EntryWriter writer;
    private final Entry entry = new Entry();

    private Consumer<SimulatedRecord> out;

    /** The number of trades for which each trade of the current block stands. */
    private double weight;

    private long sendTimeMs;
    private byte[] createTime;
    private int transactionIndex;
    private int logIndex;
    private int entriesInRecord;

    /**
     * @param pairCount at least 1
     * @param hostileSymbols whether some tokens have hostile symbols
     * @param entities draws pairs and wallets
     * @param events draws everything that happens
     */
    BlockMaker(
            SimulatedChain chain,
            int pairCount,
            boolean hostileSymbols,
            SplittableRandom entities,
            SplittableRandom events) {
        this.chain = chain;
        this.random = events;
        this.pairs = pairs(chain, pairCount, hostileSymbols, entities);
        this.wallets = new Wallets(chain, entities);
        for (int i = 0; i < BOTS; i++) {
            bots.add(Address.random(chain, entities));
        }
        this.cumulativePopularity = zipf(pairCount);
        this.writer = new EntryWriter(chain, json);
    }

    private static List<TradedPair> pairs(
            SimulatedChain chain, int count, boolean hostileSymbols, SplittableRandom random) {
        List<TradedPair> pairs = new ArrayList<>(count);
        pairs.add(TradedPair.ofNativeCoin(chain, random));
        for (int rank = 1; rank < count; rank++) {
            // every fourth pair from the third on, so that hostile symbols appear in the traffic
            int hostile = rank % 4 == 2 ? rank / 4 : Integer.MAX_VALUE;
            String symbol;
            if (hostile >= Symbols.HOSTILE.size()) {
                symbol = Symbols.draw(random);
            } else if (hostileSymbols) {
                symbol = Symbols.HOSTILE.get(hostile);
            } else {
                // leaves the other random generator as it is, for the same addresses
                symbol = Symbols.draw(new SplittableRandom(1_000L * chain.ordinal() + rank));
            }
            pairs.add(TradedPair.ofToken(chain, symbol, random));
        }
        return pairs;
    }

    /** Returns the cumulative distribution over ranks, which ends with 1. */
    private static double[] zipf(int count) {
        double[] cumulative = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++) {
            sum += StrictMath.pow(rank + 1, -ZIPF_EXPONENT);
            cumulative[rank] = sum;
        }
        for (int rank = 0; rank < count; rank++) {
            cumulative[rank] /= sum;
        }
        return cumulative;
    }

    SimulatedChain chain() {
        return chain;
    }

    /** Returns the pairs, from the most to the least popular. */
    List<TradedPair> pairs() {
        return pairs;
    }

    /**
     * Passes the records of one block to {@code records}. A block without trades is a record with
     * an empty array.
     *
     * @param meanTrades mean number of entries in the block
     * @param tradeWeight the number of trades for which each of them stands, at least 1
     */
    void make(
            long blockTimeMs,
            double meanTrades,
            double tradeWeight,
            Consumer<SimulatedRecord> records) {
        out = records;
        weight = tradeWeight;
        sendTimeMs = blockTimeMs + 30 + random.nextInt(220);
        createTime = JsonBytes.ascii(Instant.ofEpochMilli(sendTimeMs).toString());
        transactionIndex = -1;
        logIndex = 0;
        entry.height = chain.heightAt(blockTimeMs);
        entry.blockTimeMs = blockTimeMs;
        // 0.5 to 1.5 times the mean; the fractional part is rounded up with its own probability
        int target = (int) (meanTrades * (0.5 + random.nextDouble()) + random.nextDouble());
        int splitAt =
                random.nextDouble() < BLOCKS_IN_TWO_RECORDS
                        ? random.nextInt(target + 1)
                        : Integer.MAX_VALUE;

        openRecord();
        int made = 0;
        while (made < target) {
            if (made >= splitAt || json.size() > RECORD_BYTES) {
                splitAt = made >= splitAt ? Integer.MAX_VALUE : splitAt;
                closeRecord();
                openRecord();
            }
            made += makeTransaction();
        }
        closeRecord();
    }

    private void openRecord() {
        json.clear();
        json.raw('[');
        entriesInRecord = 0;
    }

    private void closeRecord() {
        byte[] value = json.raw(']').copy();
        boolean heldBack = random.nextDouble() < HELD_BACK;
        long sentMs = sendTimeMs + (heldBack ? 300 + random.nextInt(2_450) : 0);
        emit(value, sentMs, heldBack ? Delivery.HELD_BACK : Delivery.PROMPT);
        if (random.nextDouble() < REDELIVERED) {
            emit(value, sentMs + 200 + random.nextInt(4_800), Delivery.REDELIVERED);
        }
    }

    private void emit(byte[] value, long timeMs, Delivery delivery) {
        int partitionDraw = random.nextInt(Integer.MAX_VALUE);
        out.accept(
                new SimulatedRecord(
                        chain.topic(), partitionDraw, timeMs, delivery, entriesInRecord, value));
    }

    /** Returns the number of entries that were written, usually 1. */
    private int makeTransaction() {
        int before = entriesInRecord;
        double what = random.nextDouble();
        if (what < SANDWICHES) {
            makeSandwich();
        } else if (what < SANDWICHES + LIQUIDITY_EVENTS) {
            beginTransaction(wallets.draw(random));
            makeLiquidityEvent(drawPair());
        } else if (what < SANDWICHES + LIQUIDITY_EVENTS + MANY_SWAPS) {
            beginTransaction(wallets.draw(random));
            TradedPair pair = drawPair();
            boolean samePair = random.nextBoolean();
            for (int left = 2 + random.nextInt(2); left > 0; left--) {
                makeSwap(pair);
                pair = samePair ? pair : drawPair();
            }
        } else {
            beginTransaction(wallets.draw(random));
            makeSwap(drawPair());
        }
        return entriesInRecord - before;
    }

    private void beginTransaction(Address maker) {
        transactionIndex += 1 + random.nextInt(4);
        entry.transactionIndex = transactionIndex;
        entry.maker = maker;
        entry.displayed = random.nextDouble() < DISPLAYED;
        entry.clamp = false;
        if (chain.isEvm()) {
            entry.txHash = new byte[66];
            entry.txHash[0] = '0';
            entry.txHash[1] = 'x';
            Address.fillHex(entry.txHash, 2, 64, random);
        } else {
            entry.txHash = new byte[88];
            Address.fillSignature(entry.txHash, 0, random);
            logIndex = 1;
        }
    }

    private void makeSwap(TradedPair pair) {
        pair.wander(gauss(), weight);
        // the drift of as many trades as this one stands for, which impacts alone do not have
        boolean buy = random.nextDouble() < 0.5 + BUY_SURPLUS * Math.sqrt(weight);
        double usd = 120 * StrictMath.exp(1.3 * gauss());
        if (random.nextDouble() < WHALES) {
            usd *= 20;
        }
        writeSwap(pair, buy, weight * Math.min(usd, 0.008 * pair.liquidityUsd()));
        if (pair.exchange().leavesLogIndexZero() && random.nextDouble() < TWINS) {
            // two legs of one route, with equal values in all fields
            write();
        }
    }

    /** Writes a sandwich: a bot buys before a victim and sells the same amount right after it. */
    private void makeSandwich() {
        TradedPair pair = drawPair();
        Address bot = bots.get(random.nextInt(BOTS));
        double usd = weight * pair.liquidityUsd() * (0.005 + 0.015 * random.nextDouble());

        beginTransaction(bot);
        entry.clamp = true;
        writeSwap(pair, true, usd);
        double bought = entry.tokenAmount;

        beginTransaction(wallets.draw(random));
        entry.clamp = true;
        writeSwap(pair, true, usd * (0.3 + 0.7 * random.nextDouble()));

        beginTransaction(bot);
        entry.clamp = true;
        writeSwap(pair, false, bought * pair.priceUsd(), bought);
    }

    private void makeLiquidityEvent(TradedPair pair) {
        boolean add = random.nextInt(5) < 3;
        boolean open = add && !chain.isEvm() && random.nextInt(4) == 0;
        entry.type = add ? (open ? "open_position" : "add_position") : "remove_position";
        double usd = pair.liquidityUsd() * (0.001 + 0.05 * random.nextDouble());
        pair.changeLiquidity(add ? usd : -usd);
        setAmounts(pair, pair.priceUsd(), usd / 2 / pair.priceUsd());
        write();
    }

    private void writeSwap(TradedPair pair, boolean buy, double usd) {
        writeSwap(pair, buy, usd, Double.NaN);
    }

    /**
     * @param tokens the amount traded, or NaN for the amount that {@code usd} buys
     */
    private void writeSwap(TradedPair pair, boolean buy, double usd, double tokens) {
        entry.type = buy ? "buy" : "sell";
        double priceUsd = pair.trade(buy, usd, weight);
        setAmounts(pair, priceUsd, Double.isNaN(tokens) ? usd / priceUsd : tokens);
        write();
    }

    private void setAmounts(TradedPair pair, double priceUsd, double tokens) {
        entry.pair = pair;
        entry.priceUsd = priceUsd;
        entry.basePriceUsd = pair.isPricedInDollars() ? 1 : pairs.get(0).priceUsd();
        entry.tokenAmount = inWholeUnits(tokens, pair.tokenDecimals());
        entry.totalUsd = entry.tokenAmount * priceUsd;
        entry.baseAmount = inWholeUnits(entry.totalUsd / entry.basePriceUsd, pair.baseDecimals());
    }

    /** Rounds to a multiple of the smallest unit and returns at least one unit. */
    private static double inWholeUnits(double amount, int decimals) {
        double units = StrictMath.pow(10, decimals);
        return Math.max(1, Math.rint(amount * units)) / units;
    }

    private void write() {
        logIndex += 1 + random.nextInt(6);
        entry.logIndex = entry.pair.exchange().leavesLogIndexZero() ? 0 : logIndex;
        if (entriesInRecord > 0) {
            json.raw(',');
        }
        writer.write(entry, createTime);
        entriesInRecord++;
    }

    private TradedPair drawPair() {
        int at = Arrays.binarySearch(cumulativePopularity, random.nextDouble());
        return pairs.get(at >= 0 ? at : -at - 1);
    }

    /** Draws an approximately normal deviate with a magnitude below 3.5. */
    private double gauss() {
        double sum = random.nextDouble() + random.nextDouble();
        sum += random.nextDouble() + random.nextDouble();
        return (sum - 2) * 1.7320508075688772;
    }
}
