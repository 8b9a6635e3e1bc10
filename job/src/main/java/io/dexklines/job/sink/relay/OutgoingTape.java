package io.dexklines.job.sink.relay;

import io.dexklines.job.config.RelaySettings;
import io.dexklines.trade.NewestTrades;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairTape;
import io.dexklines.trade.Swap;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A queue of trades for one relay. Of each pair, the newest trades wait, and the number of those
 * that were left out. A full queue drops the trades of the pair that has waited longest. A new
 * connection starts with what waits.
 */
final class OutgoingTape extends Outgoing<PairTape> {

    /** The heap that a trade in a queue takes. */
    private static final int BYTES_PER_TRADE = 500;

    /** The part of the memory of the klines that trades may take: one in this many bytes. */
    private static final int MEMORY_SHARE = 8;

    private final int mostOfPair;
    private final int capacity;
    private final Map<Pair, NewestTrades> waiting = new LinkedHashMap<>();
    private int size;

    /**
     * @param mostOfPair the most trades of one pair in the queue; at least one
     * @param capacity the most trades in the queue
     */
    OutgoingTape(int mostOfPair, int capacity) {
        this.mostOfPair = mostOfPair;
        this.capacity = capacity;
    }

    /** Returns a queue for one of the relays. */
    static OutgoingTape of(RelaySettings settings) {
        int trades =
                settings.memoryBytes() / MEMORY_SHARE / settings.urls().size() / BYTES_PER_TRADE;
        return new OutgoingTape(settings.tapeTrades(), Math.max(settings.tapeTrades(), trades));
    }

    @Override
    void add(PairTape tape) {
        conflated += tape.omitted();
        merge(tape);
    }

    private void merge(PairTape tape) {
        NewestTrades ofPair =
                waiting.computeIfAbsent(tape.pair(), first -> new NewestTrades(mostOfPair));
        int sizeBefore = ofPair.size();
        long omittedBefore = ofPair.omitted();
        ofPair.add(tape);
        size += ofPair.size() - sizeBefore;
        conflated += ofPair.omitted() - omittedBefore - tape.omitted();
        Iterator<NewestTrades> oldest = waiting.values().iterator();
        while (size > capacity) {
            int dropping = oldest.next().size();
            oldest.remove();
            size -= dropping;
            dropped += dropping;
        }
    }

    @Override
    void addBack(List<PairTape> tapes) {
        // what they left out is counted
        tapes.forEach(this::merge);
    }

    @Override
    void move(int most, List<PairTape> batch) {
        int moved = 0;
        Iterator<Map.Entry<Pair, NewestTrades>> oldest = waiting.entrySet().iterator();
        while (moved < most && oldest.hasNext()) {
            Map.Entry<Pair, NewestTrades> next = oldest.next();
            batch.add(next.getValue().tape(next.getKey()));
            moved += next.getValue().size();
            oldest.remove();
        }
        size -= moved;
    }

    @Override
    List<PairTape> first(List<PairTape> waited) {
        return waited;
    }

    @Override
    void sent(List<PairTape> tapes) {
        // a trade is not sent again
    }

    @Override
    void write(PairTape tape, RelayFrame frame, long nowMs) {
        String pair = tape.pair().text();
        String stream = pair + "@trade";
        long omitted = tape.omitted();
        for (Swap trade : tape.trades()) {
            frame.add(new RelayEvent(stream, TradePayload.of(pair, trade, omitted, nowMs)));
            omitted = 0;
        }
    }

    @Override
    List<PairTape> waiting() {
        List<PairTape> tapes = new ArrayList<>(waiting.size());
        waiting.forEach((pair, newest) -> tapes.add(newest.tape(pair)));
        return tapes;
    }

    @Override
    synchronized int size() {
        return size;
    }
}
