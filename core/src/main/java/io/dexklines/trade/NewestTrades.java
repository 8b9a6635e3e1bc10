package io.dexklines.trade;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest trades of one pair, up to a limit, and how many older ones were left out. Which trades
 * are the newest depends on their positions, not on the order in which they arrive. Not
 * thread-safe.
 */
public final class NewestTrades {

    private final int most;

    /** Ascending by position. */
    private final List<Swap> trades = new ArrayList<>();

    private long omitted;

    /**
     * @param most the most trades that are kept; at least one
     */
    public NewestTrades(int most) {
        this.most = most;
    }

    /** Adds a trade. Above the limit, leaves out the oldest, which may be the given one. */
    public void add(Swap trade) {
        int place = trades.size();
        while (place > 0 && trades.get(place - 1).position().compareTo(trade.position()) > 0) {
            place--;
        }
        if (trades.size() < most) {
            trades.add(place, trade);
            return;
        }
        omitted++;
        if (place > 0) {
            trades.remove(0);
            trades.add(place - 1, trade);
        }
    }

    /** Adds the trades of a tape, and what it left out. */
    public void add(PairTape tape) {
        omitted += tape.omitted();
        tape.trades().forEach(this::add);
    }

    /** Returns the number of trades that are kept. */
    public int size() {
        return trades.size();
    }

    /** Returns how many trades were left out. */
    public long omitted() {
        return omitted;
    }

    /** Returns the trades that are kept and how many were left out. There must be a trade. */
    public PairTape tape(Pair pair) {
        return new PairTape(pair, omitted, List.copyOf(trades));
    }
}
