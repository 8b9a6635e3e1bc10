package io.dexklines.verifier.compare;

/**
 * What one batch becomes in the Go writer before it is merged into a kline, with the trades that
 * its fields come from.
 *
 * <p>The first trade gives all prices. If it is part of a sandwich attack, its times are set so
 * that the next other trade replaces open and close. Other trades of sandwich attacks change no
 * price. An earlier time replaces the open, and only a later time replaces the close.
 */
final class Part {

    private static final long DAY_SECONDS = 86_400;

    private final Batch batch;
    private final int partition;

    private Trade opener;
    private Trade closer;
    private Trade highest;
    private Trade lowest;
    private Trade highestMcap;
    private Trade lowestMcap;
    private double usd;
    private double token;
    private long buys;
    private long sells;

    /**
     * @param partition a number of the batch's partition
     * @param openTime of the kline, in epoch seconds
     */
    Part(Batch batch, int partition, long openTime) {
        this.batch = batch;
        this.partition = partition;
        Trade first = batch.trades().get(0);
        long openAt = first.clamp() ? openTime + DAY_SECONDS : first.blockTime();
        long closeAt = first.clamp() ? openTime : first.blockTime();
        opener = first;
        closer = first;
        highest = first;
        lowest = first;
        highestMcap = first;
        lowestMcap = first;
        boolean isFirst = true;
        for (Trade trade : batch.trades()) {
            if (!isFirst && !trade.clamp()) {
                if (trade.blockTime() < openAt) {
                    openAt = trade.blockTime();
                    opener = trade;
                }
                if (trade.blockTime() > closeAt) {
                    closeAt = trade.blockTime();
                    closer = trade;
                }
                highest = trade.price() > highest.price() ? trade : highest;
                lowest = trade.price() < lowest.price() ? trade : lowest;
                highestMcap = trade.mcap() > highestMcap.mcap() ? trade : highestMcap;
                lowestMcap = trade.mcap() < lowestMcap.mcap() ? trade : lowestMcap;
            }
            isFirst = false;
            usd += trade.usd();
            token += trade.token();
            buys += trade.side() == Trade.Side.BUY ? 1 : 0;
            sells += trade.side() == Trade.Side.SELL ? 1 : 0;
        }
    }

    Batch batch() {
        return batch;
    }

    int partition() {
        return partition;
    }

    Trade opener() {
        return opener;
    }

    Trade closer() {
        return closer;
    }

    Trade highest() {
        return highest;
    }

    Trade lowest() {
        return lowest;
    }

    Trade highestMcap() {
        return highestMcap;
    }

    Trade lowestMcap() {
        return lowestMcap;
    }

    double usd() {
        return usd;
    }

    double token() {
        return token;
    }

    long buys() {
        return buys;
    }

    long sells() {
        return sells;
    }

    long trades() {
        return batch.trades().size();
    }
}
