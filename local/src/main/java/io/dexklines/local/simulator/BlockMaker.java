package io.dexklines.local.simulator;

import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Makes the blocks of one chain, and of each the records that the producer publishes. */
final class BlockMaker {

    /**
     * A record is closed once it has this many bytes: well below what a broker takes by default.
     */
    private static final int RECORD_BYTES = 400_000;

    private static final double ZIPF_EXPONENT = 1.05;

    private static final double SANDWICHES = 0.005;
    private static final double LIQUIDITY_EVENTS = 0.015;
    private static final double MANY_SWAPS = 0.05;
    private static final double TWINS = 0.02;
    private static final double DISPLAYED = 0.15;
    private static final double WHALES = 0.01;

    private static final double BLOCKS_IN_TWO_RECORDS = 0.05;
    private static final double HELD_BACK = 0.04;
    private static final double REDELIVERED = 0.02;

    private static final int BOTS = 3;

    private final SimulatedChain chain;
    private final double tradesPerBlock;
    private final SplittableRandom random;
    private final List<TradedPair> pairs;
    private final List<Address> bots = new ArrayList<>();
    private final Wallets wallets;
    private final double[] popularity;
    private final JsonBytes json = new JsonBytes();
    private final EntryWriter writer;
    private final Entry entry = new Entry();

    private Consumer<SimulatedRecord> out;
    private long sendTimeMs;
    private byte[] createTime;
    private int transactionIndex;
    private int logIndex;
    private int entriesInRecord;

    /**
     * @param pairCount at least 1
     * @param things chooses pairs and wallets
     * @param random chooses what happens
     */
    BlockMaker(
            SimulatedChain chain,
            double tradesPerBlock,
            int pairCount,
            SplittableRandom things,
            SplittableRandom random) {
        this.chain = chain;
        this.tradesPerBlock = tradesPerBlock;
        this.random = random;
        this.pairs = pairs(chain, pairCount, things);
        this.wallets = new Wallets(chain, things);
        for (int i = 0; i < BOTS; i++) {
            bots.add(Address.random(chain, things));
        }
        this.popularity = zipf(pairCount);
        this.writer = new EntryWriter(chain, json);
    }

    private static List<TradedPair> pairs(
            SimulatedChain chain, int count, SplittableRandom random) {
        List<TradedPair> pairs = new ArrayList<>(count);
        pairs.add(TradedPair.ofNativeCoin(chain, random));
        for (int rank = 1; rank < count; rank++) {
            // every fourth from the third on, so that hostile names are seen in the traffic
            int hostile = rank % 4 == 2 ? rank / 4 : Integer.MAX_VALUE;
            String symbol =
                    hostile < Symbols.HOSTILE.size()
                            ? Symbols.HOSTILE.get(hostile)
                            : Symbols.draw(random);
            pairs.add(TradedPair.ofToken(chain, symbol, random));
        }
        return pairs;
    }

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

    /** From the most to the least popular. */
    List<TradedPair> pairs() {
        return pairs;
    }

    /**
     * Hands over the records of the block at {@code blockTimeMs}: an empty array if none traded.
     */
    void make(long blockTimeMs, Consumer<SimulatedRecord> records) {
        out = records;
        sendTimeMs = blockTimeMs + 30 + random.nextInt(220);
        createTime = JsonBytes.ascii(Instant.ofEpochMilli(sendTimeMs).toString());
        transactionIndex = -1;
        logIndex = 0;
        entry.height = chain.heightAt(blockTimeMs);
        entry.blockTimeMs = blockTimeMs;
        // from half to one and a half of the mean; the fraction decides by lot
        int target = (int) (tradesPerBlock * (0.5 + random.nextDouble()) + random.nextDouble());
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

    /** Returns how many entries it made; mostly one. */
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
        pair.wander(gauss());
        boolean buy = random.nextDouble() < 0.51;
        double usd = 120 * StrictMath.exp(1.3 * gauss());
        if (random.nextDouble() < WHALES) {
            usd *= 20;
        }
        writeSwap(pair, buy, Math.min(usd, 0.008 * pair.liquidityUsd()));
        if (pair.exchange().leavesLogIndexZero() && random.nextDouble() < TWINS) {
            // two legs of one route, equal in everything that is sent
            write();
        }
    }

    /** A bot buys before a victim and sells right after it what it bought. */
    private void makeSandwich() {
        TradedPair pair = drawPair();
        Address bot = bots.get(random.nextInt(BOTS));
        double usd = pair.liquidityUsd() * (0.005 + 0.015 * random.nextDouble());

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
     * @param tokens how many change hands, or NaN for as many as {@code usd} pays for
     */
    private void writeSwap(TradedPair pair, boolean buy, double usd, double tokens) {
        entry.type = buy ? "buy" : "sell";
        double priceUsd = pair.trade(buy, usd);
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

    /** Never less than the smallest unit. */
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
        double draw = random.nextDouble();
        int low = 0;
        int high = popularity.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (popularity[middle] < draw) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return pairs.get(low);
    }

    /** Near enough to a normal deviate, never beyond 3.5, and cheap. */
    private double gauss() {
        double sum = random.nextDouble() + random.nextDouble();
        sum += random.nextDouble() + random.nextDouble();
        return (sum - 2) * 1.7320508075688772;
    }
}
