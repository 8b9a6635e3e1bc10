package io.dexklines.verifier.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Names the causes for which a kline of the Go writer differs from ours, once it is known how often
 * each batch was counted.
 *
 * <p>Causes that change which trades are counted are named whenever they occur. Causes that change
 * a price are named where they decide a field that differs, by the trade from which the Go writer
 * has the field.
 */
final class Attribution {

    private final Candle theirs;
    private final Candle ours;
    private final List<Part> parts;
    private final Set<Trade> own;
    private final List<Trade> datedElsewhere;
    private final boolean isUtc;

    /**
     * The causes of one solution.
     *
     * @param named all causes but those of the batches that were not counted
     * @param lost the batches that were not counted
     */
    record Draft(List<Named> named, List<Batch> lost) {}

    /**
     * @param ours the values that are right for the same span of time
     * @param parts the batches that the Go writer puts into the kline
     * @param own the trades that belong into the kline and count
     * @param datedElsewhere those of them whose batches the Go writer puts into other klines
     * @param isUtc whether the kline begins where one of ours does
     */
    Attribution(
            Candle theirs,
            Candle ours,
            List<Part> parts,
            Set<Trade> own,
            List<Trade> datedElsewhere,
            boolean isUtc) {
        this.theirs = theirs;
        this.ours = ours;
        this.parts = parts;
        this.own = own;
        this.datedElsewhere = datedElsewhere;
        this.isUtc = isUtc;
    }

    /** Returns the causes; empty if none of those that are known fits. */
    Optional<Draft> of(KlineSearch.Solution solution) {
        Causes causes = new Causes();
        List<Batch> lost = new ArrayList<>();
        List<Part> counted = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (solution.times()[i] == 0) {
                lost.add(part.batch());
                continue;
            }
            counted.add(part);
            if (solution.times()[i] > 1) {
                part.batch().trades().forEach(trade -> causes.add(Cause.REDELIVERED, trade));
            }
            part.batch().trades().forEach(trade -> nameUnlessRight(trade, causes));
        }
        datedElsewhere.forEach(trade -> causes.add(Cause.BATCH_DATED, trade));
        if (!isUtc) {
            causes.add(Cause.TIME_ZONE);
        }
        if (!counted.isEmpty() && ours.exists()) {
            new Prices(solution, counted, causes).name();
        }
        boolean sumsDiffer =
                !Candle.agrees(theirs.volumeUsd(), ours.volumeUsd())
                        || !Candle.agrees(theirs.volumeToken(), ours.volumeToken());
        if (sumsDiffer && lost.isEmpty() && !causes.changeSums()) {
            causes.add(Cause.ROUNDING);
        }
        return causes.isEmpty() && lost.isEmpty()
                ? Optional.empty()
                : Optional.of(new Draft(causes.named(), lost));
    }

    private void nameUnlessRight(Trade trade, Causes causes) {
        switch (trade.excluded()) {
            case "" -> {
                if (!own.contains(trade)) {
                    causes.add(Cause.BATCH_DATED, trade);
                }
            }
            case "duplicate" -> causes.add(Cause.REDELIVERED, trade);
            case "unsupported_type" -> causes.add(Cause.LIQUIDITY, trade);
            default -> causes.add(trade.price() == 0 ? Cause.PRICE_ZERO : Cause.INVALID, trade);
        }
    }

    /** Names the causes of the prices and market caps that differ. */
    private final class Prices {

        private final KlineSearch.Solution solution;
        private final List<Part> counted;
        private final Causes causes;
        private final List<Trade> valid = new ArrayList<>();

        Prices(KlineSearch.Solution solution, List<Part> counted, Causes causes) {
            this.solution = solution;
            this.counted = counted;
            this.causes = causes;
            counted.forEach(
                    part ->
                            part.batch().trades().stream()
                                    .filter(own::contains)
                                    .forEach(valid::add));
            if (valid.stream().anyMatch(trade -> !trade.clamp())) {
                valid.removeIf(Trade::clamp);
            }
        }

        void name() {
            if (differs(theirs.open(), ours.open())
                    || differs(theirs.mcapOpen(), ours.mcapOpen())) {
                nameOpen();
            }
            if (differs(theirs.close(), ours.close())
                    || differs(theirs.mcapClose(), ours.mcapClose())) {
                nameClose();
            }
            nameIfClamp(
                    differs(theirs.high(), ours.high()),
                    part -> part.highest().price() == theirs.high(),
                    Part::highest);
            nameIfClamp(
                    differs(theirs.low(), ours.low()),
                    part -> part.lowest().price() == theirs.low(),
                    Part::lowest);
            nameMcap(
                    differs(theirs.mcapHigh(), ours.mcapHigh()),
                    part -> part.highest().price() == theirs.high(),
                    Part::highestMcap,
                    theirs.mcapHigh(),
                    Comparator.comparingDouble(Trade::mcap));
            nameMcap(
                    differs(theirs.mcapLow(), ours.mcapLow()),
                    part -> part.lowest().price() == theirs.low(),
                    Part::lowestMcap,
                    theirs.mcapLow(),
                    Comparator.comparingDouble(Trade::mcap).reversed());
        }

        private boolean differs(double held, double right) {
            return !Candle.agrees(held, right);
        }

        private void nameOpen() {
            Trade opener = solution.first().opener();
            if (opener.clamp()) {
                causes.add(Cause.CLAMP_FIRST, opener);
            } else if (own.contains(opener)) {
                valid.stream()
                        .min(Trade.ORDER)
                        .filter(right -> !right.isPricedAs(opener))
                        .ifPresent(right -> causes.add(Cause.ARRIVAL, opener, right));
            }
        }

        private void nameClose() {
            Part last = solution.last();
            Trade closer = last.closer();
            if (closer.clamp()) {
                causes.add(Cause.CLAMP_FIRST, closer);
            } else if (own.contains(closer)) {
                Trade ofBatch =
                        last.batch().trades().stream()
                                .filter(valid::contains)
                                .max(Trade.ORDER)
                                .orElse(closer);
                if (!ofBatch.isPricedAs(closer)) {
                    causes.add(Cause.FIRST_CLOSES, closer, ofBatch);
                }
                Trade right = valid.stream().max(Trade.ORDER).orElse(ofBatch);
                if (!right.isPricedAs(ofBatch)) {
                    causes.add(Cause.ARRIVAL, closer, right);
                }
            }
        }

        private void nameIfClamp(
                boolean differs, Predicate<Part> gives, Function<Part, Trade> trade) {
            if (differs) {
                counted.stream()
                        .filter(gives)
                        .map(trade)
                        .filter(Trade::clamp)
                        .forEach(clamp -> causes.add(Cause.CLAMP_FIRST, clamp));
            }
        }

        private void nameMcap(
                boolean differs,
                Predicate<Part> gives,
                Function<Part, Trade> trade,
                double held,
                Comparator<Trade> byMcap) {
            if (!differs) {
                return;
            }
            List<Trade> given =
                    counted.stream()
                            .filter(gives)
                            .map(trade)
                            .filter(each -> each.mcap() == held)
                            .toList();
            given.stream()
                    .filter(Trade::clamp)
                    .forEach(clamp -> causes.add(Cause.CLAMP_FIRST, clamp));
            Trade most = counted.stream().map(trade).max(byMcap).orElseThrow();
            if (most.mcap() != held) {
                causes.add(Cause.MCAP_OF_PRICE, most);
            }
        }
    }

    /** The causes that were named so far. */
    private static final class Causes {

        private final Map<Cause, Set<Trade>> trades = new EnumMap<>(Cause.class);

        void add(Cause cause, Trade... concerned) {
            Set<Trade> all = trades.computeIfAbsent(cause, first -> new HashSet<>());
            all.addAll(List.of(concerned));
        }

        boolean isEmpty() {
            return trades.isEmpty();
        }

        boolean changeSums() {
            return trades.keySet().stream().anyMatch(Cause::changesSums);
        }

        List<Named> named() {
            List<Named> all = new ArrayList<>();
            trades.forEach((cause, concerned) -> all.add(Named.of(cause, concerned)));
            return all;
        }
    }

    /** Returns the ids of all trades of some batches. */
    static SortedSet<TradeId> ids(Iterable<Batch> batches) {
        SortedSet<TradeId> ids = new TreeSet<>();
        batches.forEach(batch -> batch.trades().forEach(trade -> ids.add(trade.id())));
        return ids;
    }
}
