package io.dexklines.verifier.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Records of a simulated producer, spread over partitions: blocks with the trades of several pairs,
 * sandwich attacks, changes of liquidity, prices of 0, arrays out of order, records that hold two
 * blocks, and records that were produced twice.
 */
final class Feed {

    static final String TOPIC = "sol-trades";

    /** A Monday, 00:00 UTC. */
    static final long START = 1_767_571_200L;

    private static final int PARTITIONS = 4;
    private static final double BLOCK_SECONDS = 2;

    /** The batches of one record by their pairs. */
    record Record(int partition, long offset, Map<String, Batch> batches) {}

    private final Random random;
    private final int pairs;
    private final List<List<Record>> partitions = new ArrayList<>();
    private final Map<String, Double> prices = new HashMap<>();
    private int count;

    Feed(long seed, int trades, int pairs) {
        this.random = new Random(seed);
        this.pairs = pairs;
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new ArrayList<>());
        }
        double time = START;
        long block = 1_000;
        while (count < trades) {
            List<Trade> array = new ArrayList<>();
            addBlock((long) time, block, array);
            if (chance(0.05)) {
                // the next block in the same record
                time += BLOCK_SECONDS;
                block++;
                addBlock((long) time, block, array);
            }
            if (chance(0.05)) {
                Collections.shuffle(array, random);
            }
            int partition = random.nextInt(PARTITIONS);
            append(partition, (long) (time * 1000), array, "");
            if (chance(0.003)) {
                append(random.nextInt(PARTITIONS), (long) (time * 1000) + 500, array, "duplicate");
            }
            time += BLOCK_SECONDS * (0.5 + random.nextDouble());
            block++;
        }
    }

    List<List<Record>> partitions() {
        return partitions;
    }

    /** Returns the batches of each pair. */
    Map<String, List<Batch>> byPair() {
        Map<String, List<Batch>> all = new HashMap<>();
        for (List<Record> partition : partitions) {
            for (Record record : partition) {
                record.batches()
                        .forEach(
                                (pair, batch) ->
                                        all.computeIfAbsent(pair, first -> new ArrayList<>())
                                                .add(batch));
            }
        }
        return all;
    }

    private void addBlock(long time, long block, List<Trade> array) {
        int size = 1 + random.nextInt(8);
        for (int i = 0; i < size; i++) {
            String pair = "pair" + (int) (pairs * random.nextDouble() * random.nextDouble());
            double price =
                    prices.merge(pair, 1.0, (old, one) -> old * (1 + 0.02 * random.nextGaussian()));
            Trade.Side side = random.nextBoolean() ? Trade.Side.BUY : Trade.Side.SELL;
            boolean clamp = chance(0.06);
            String excluded = "";
            if (clamp) {
                price *= 1.1;
            }
            if (chance(0.03)) {
                side = Trade.Side.NEITHER;
                excluded = "unsupported_type";
            } else if (chance(0.005)) {
                price = 0;
                excluded = "invalid";
            }
            double token = Math.exp(3 * random.nextGaussian());
            array.add(
                    new Trade(
                            // the pair travels here until the record has a place
                            new TradeId(pair, 0, 0, 0),
                            "tx" + count++,
                            time,
                            block,
                            i,
                            0,
                            side,
                            clamp,
                            price,
                            price * (1000 + random.nextInt(3)),
                            token * price,
                            token,
                            excluded));
        }
    }

    private void append(int partition, long writtenMs, List<Trade> array, String excluded) {
        long offset = partitions.get(partition).size();
        Map<String, List<Trade>> byPair = new HashMap<>();
        for (int i = 0; i < array.size(); i++) {
            Trade trade = array.get(i);
            Trade placed =
                    new Trade(
                            new TradeId(TOPIC, partition, offset, i),
                            trade.txHash(),
                            trade.blockTime(),
                            trade.block(),
                            trade.transactionIndex(),
                            trade.logIndex(),
                            trade.side(),
                            trade.clamp(),
                            trade.price(),
                            trade.mcap(),
                            trade.usd(),
                            trade.token(),
                            trade.counts() ? excluded : trade.excluded());
            byPair.computeIfAbsent(trade.id().topic(), first -> new ArrayList<>()).add(placed);
        }
        Map<String, Batch> batches = new HashMap<>();
        byPair.forEach(
                (pair, trades) ->
                        batches.put(
                                pair,
                                new Batch(TOPIC, partition, offset, writtenMs, true, trades)));
        partitions.get(partition).add(new Record(partition, offset, batches));
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
