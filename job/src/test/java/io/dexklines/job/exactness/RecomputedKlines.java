package io.dexklines.job.exactness;

import io.dexklines.job.exactness.GeneratedTrades.Counted;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Klines of a whole set of trades, recomputed by plain grouping and summing. */
final class RecomputedKlines {

    private static final Comparator<Counted> ORDER =
            Comparator.comparingLong(Counted::timeS)
                    .thenComparingLong(Counted::block)
                    .thenComparingInt(Counted::transaction)
                    .thenComparingInt(Counted::log)
                    .thenComparingInt(Counted::index);

    private static final Predicate<Counted> ALL = trade -> true;

    private RecomputedKlines() {}

    /**
     * Returns the rows that a {@link KlineTable} must end with.
     *
     * @param state {@code closed} or {@code open}, the state of all klines
     */
    static Map<String, String> rows(
            List<Counted> trades, List<String> intervalCodes, String state) {
        Map<String, String> rows = new TreeMap<>();
        for (String code : intervalCodes) {
            trades.stream()
                    .collect(
                            Collectors.groupingBy(
                                    trade ->
                                            KlineTable.key(
                                                    trade.pair(), code, open(code, trade.timeS()))))
                    .forEach((key, members) -> rows.put(key, row(members, state)));
        }
        return rows;
    }

    private static String row(List<Counted> members, String state) {
        List<Counted> all = new ArrayList<>(members);
        all.sort(ORDER);
        List<Counted> fair = all.stream().filter(trade -> !trade.clamp()).toList();
        List<Counted> priced = fair.isEmpty() ? all : fair;
        double volumeUsd = sum(all, ALL, Counted::usd);
        double volumeToken = sum(all, ALL, Counted::token);
        return String.join(
                " ",
                fourOf(priced, Counted::price),
                fourOf(priced, Counted::mcap),
                KlineTable.bits(
                        volumeUsd,
                        volumeToken,
                        sum(all, Counted::buy, Counted::usd),
                        sum(all, Counted::buy, Counted::token),
                        volumeToken == 0 ? 0 : volumeUsd / volumeToken),
                String.valueOf(all.size()),
                String.valueOf(all.stream().filter(Counted::buy).count()),
                position(all.get(0)),
                position(all.get(all.size() - 1)),
                state);
    }

    private static String fourOf(List<Counted> trades, ToDoubleFunction<Counted> number) {
        return KlineTable.bits(
                number.applyAsDouble(trades.get(0)),
                trades.stream().mapToDouble(number).max().orElseThrow(),
                trades.stream().mapToDouble(number).min().orElseThrow(),
                number.applyAsDouble(trades.get(trades.size() - 1)));
    }

    private static double sum(
            List<Counted> trades, Predicate<Counted> which, ToDoubleFunction<Counted> number) {
        return trades.stream()
                .filter(which)
                .map(trade -> new BigDecimal(number.applyAsDouble(trade)))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    private static String position(Counted trade) {
        return String.format(
                "%d/%d#%d#%d#%d",
                trade.timeS(), trade.block(), trade.transaction(), trade.log(), trade.index());
    }

    private static long open(String code, long timeS) {
        LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochSecond(timeS), ZoneOffset.UTC);
        LocalDate day = time.toLocalDate();
        int size = Integer.parseInt(code.substring(0, code.length() - 1));
        LocalDateTime open =
                switch (code.charAt(code.length() - 1)) {
                    case 's' ->
                            time.truncatedTo(ChronoUnit.MINUTES)
                                    .plusSeconds(time.getSecond() / size * size);
                    case 'm' ->
                            time.truncatedTo(ChronoUnit.HOURS)
                                    .plusMinutes(time.getMinute() / size * size);
                    case 'h' -> day.atStartOfDay().plusHours(time.getHour() / size * size);
                    case 'd' -> day.atStartOfDay();
                    case 'w' ->
                            day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                                    .atStartOfDay();
                    case 'M' -> day.withDayOfMonth(1).atStartOfDay();
                    default -> throw new IllegalArgumentException(code);
                };
        return open.toEpochSecond(ZoneOffset.UTC);
    }
}
