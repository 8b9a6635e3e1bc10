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
 * liquidity events, decoders without {@code log_index} and hostile token symbols.
 *
 * <p>A market only generates records and never waits. Equal {@link MarketSettings} give equal
 * records. Pairs and wallets depend on the seed only, so a later run continues with the same ones.
 * Transactions differ between runs that start at different times. Not thread-safe.
 */
public final class Market {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final List<Chain> chains = new ArrayList<>();
    private final PriorityQueue<Scheduled> scheduled =
            new PriorityQueue<>(
                    Comparator.comparingLong((Scheduled next) -> next.simulated.sendTimeMs())
                            .thenComparingLong(Scheduled::sequence));
    private long sequence;
    private long blocksLeft;

    private record Scheduled(SimulatedRecord simulated, long sequence) {}

    private static final class Chain {
        private final BlockMaker maker;
        private long nextBlockMs;

        Chain(BlockMaker maker, long nextBlockMs) {
            this.maker = maker;
            this.nextBlockMs = nextBlockMs;
        }
    }

    public Market(MarketSettings settings) {
        SplittableRandom entities = new SplittableRandom(settings.seed());
        SplittableRandom events =
                new SplittableRandom(settings.seed() ^ settings.startMs() * GOLDEN);
        for (SimulatedChain chain : SimulatedChain.values()) {
            double share = chain.shareOfTrades();
            BlockMaker maker =
                    new BlockMaker(
                            chain,
                            settings.tradesPerSecond() * share * chain.blockMs() / 1000,
                            (int) Math.max(1, Math.round(settings.pairs() * share)),
                            entities.split(),
                            events.split());
            chains.add(new Chain(maker, chain.firstBlockAtOrAfterMs(settings.startMs())));
        }
        blocksLeft = settings.blocks();
    }

    /** Returns the next record in the order of sending, or empty at the end of the market. */
    public Optional<SimulatedRecord> next() {
        for (Chain chain = earliest();
                blocksLeft > 0 && !isScheduledBefore(chain.nextBlockMs);
                chain = earliest()) {
            chain.maker.make(
                    chain.nextBlockMs,
                    simulated -> scheduled.add(new Scheduled(simulated, sequence++)));
            chain.nextBlockMs += chain.maker.chain().blockMs();
            blocksLeft--;
        }
        return Optional.ofNullable(scheduled.poll()).map(Scheduled::simulated);
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
