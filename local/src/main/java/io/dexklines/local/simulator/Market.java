package io.dexklines.local.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A simulated market of DEX trades on all {@link SimulatedChain}s. Its records have the format of
 * the real producers and their irregularities: redelivered records, delayed records, sandwiches,
 * liquidity events, decoders without {@code log_index} and, if the settings say so, hostile token
 * symbols.
 *
 * <p>The past of a market, if it has one, is to be published faster than real time. Its records
 * have one partition for {@value #PAST_SLICE_MS} ms of the market's time, then the next. A feed
 * that waits for the acknowledgements of one slice before it sends the next has the trades in order
 * over all partitions. Prices go on from the past without a break.
 *
 * <p>A market only generates records and never waits. Equal {@link MarketSettings} give equal
 * records. Pairs and wallets depend on the seed only, so a later run continues with the same ones.
 * Transactions differ between runs that start at different times. Not thread-safe.
 */
public final class Market {

    /** For how long all records of the past have the same partition, in milliseconds. */
    static final long PAST_SLICE_MS = 300_000;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final List<Chain> chains = new ArrayList<>();
    private final PriorityQueue<Scheduled> scheduled =
            new PriorityQueue<>(
                    Comparator.comparingLong((Scheduled next) -> next.simulated.sendTimeMs())
                            .thenComparingLong(Scheduled::sequence));
    private final long startMs;
    private final double pastWeight;
    private long sequence;
    private long blocksLeft;

    private record Scheduled(SimulatedRecord simulated, long sequence) {}

    private static final class Chain {
        private final BlockMaker maker;
        private final double tradesPerBlock;
        private final double pastTradesPerBlock;
        private final long pastBlockMs;
        private long nextBlockMs;

        Chain(BlockMaker maker, MarketSettings settings) {
            SimulatedChain chain = maker.chain();
            double share = chain.shareOfTrades();
            double ofPast = settings.pastTradesPerSecond() * share * chain.blockMs() / 1000;
            // a long past has fewer blocks rather than empty ones
            double everyNth = Math.max(1, Math.ceil(1 / ofPast));
            this.maker = maker;
            this.tradesPerBlock = settings.tradesPerSecond() * share * chain.blockMs() / 1000;
            this.pastTradesPerBlock = everyNth * ofPast;
            this.pastBlockMs = (long) (everyNth * chain.blockMs());
            this.nextBlockMs =
                    chain.firstBlockAtOrAfterMs(settings.startMs() - settings.past().toMillis());
        }
    }

    public Market(MarketSettings settings) {
        SplittableRandom entities = new SplittableRandom(settings.seed());
        SplittableRandom events =
                new SplittableRandom(settings.seed() ^ settings.startMs() * GOLDEN);
        for (SimulatedChain chain : SimulatedChain.values()) {
            BlockMaker maker =
                    new BlockMaker(
                            chain,
                            (int) Math.max(1, Math.round(settings.pairs() * chain.shareOfTrades())),
                            settings.hostileSymbols(),
                            entities.split(),
                            events.split());
            chains.add(new Chain(maker, settings));
        }
        startMs = settings.startMs();
        pastWeight = settings.pastWeight();
        blocksLeft = settings.blocks();
    }

    /** Returns the next record in the order of sending, or empty at the end of the market. */
    public Optional<SimulatedRecord> next() {
        for (Chain chain = earliest();
                (blocksLeft > 0 || chain.nextBlockMs < startMs)
                        && !isScheduledBefore(chain.nextBlockMs);
                chain = earliest()) {
            if (chain.nextBlockMs < startMs) {
                makeBlockOfPast(chain);
            } else {
                chain.maker.make(chain.nextBlockMs, chain.tradesPerBlock, 1, this::schedule);
                chain.nextBlockMs += chain.maker.chain().blockMs();
                blocksLeft--;
            }
        }
        return Optional.ofNullable(scheduled.poll()).map(Scheduled::simulated);
    }

    private void makeBlockOfPast(Chain chain) {
        chain.maker.make(chain.nextBlockMs, chain.pastTradesPerBlock, pastWeight, this::schedule);
        long nextMs = chain.nextBlockMs + chain.pastBlockMs;
        chain.nextBlockMs =
                nextMs < startMs ? nextMs : chain.maker.chain().firstBlockAtOrAfterMs(startMs);
    }

    private void schedule(SimulatedRecord made) {
        SimulatedRecord simulated =
                isPast(made) ? made.withPartitionDraw(slice(made.sendTimeMs())) : made;
        scheduled.add(new Scheduled(simulated, sequence++));
    }

    private static int slice(long timeMs) {
        return (int) Math.floorMod(Math.floorDiv(timeMs, PAST_SLICE_MS), (long) Integer.MAX_VALUE);
    }

    /** Returns whether a record belongs to the past. The records of the past are the first ones. */
    boolean isPast(SimulatedRecord simulated) {
        return simulated.sendTimeMs() < startMs;
    }

    /** Skips all blocks and records before {@code timeMs}, in epoch milliseconds. */
    public void skipTo(long timeMs) {
        scheduled.removeIf(next -> next.simulated.sendTimeMs() < timeMs);
        for (Chain chain : chains) {
            long from = chain.maker.chain().firstBlockAtOrAfterMs(timeMs);
            chain.nextBlockMs = Math.max(chain.nextBlockMs, from);
        }
    }

    /** Returns the canonical addresses of a chain's pairs, from the most to the least popular. */
    public List<String> pairAddresses(SimulatedChain chain) {
        return chains.get(chain.ordinal()).maker.pairs().stream()
                .map(pair -> pair.pool().text())
                .toList();
    }

    private boolean isScheduledBefore(long timeMs) {
        Scheduled head = scheduled.peek();
        return head != null && head.simulated.sendTimeMs() <= timeMs;
    }

    private Chain earliest() {
        return Collections.min(chains, Comparator.comparingLong(chain -> chain.nextBlockMs));
    }
}
