package io.dexklines.verifier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A kline that a sink holds.
 *
 * @param values the fields that the sink holds, including the number of trades
 * @param closed whether the kline is closed; empty if the sink does not hold that
 */
record Row(KlineKey key, Map<Column, Object> values, Optional<Boolean> closed) {

    long trades() {
        return (Long) values.get(Column.TRADES);
    }

    double number(Column column) {
        return ((Number) values.get(column)).doubleValue();
    }

    /** Describes the first value that differs from the kline's in any bit; empty if none does. */
    Optional<String> difference(Kline kline) {
        for (Map.Entry<Column, Object> value : values.entrySet()) {
            Column column = value.getKey();
            if (!value.getValue().equals(column.of(kline)) && !matchesAlternative(column, kline)) {
                return Optional.of(
                        column.text() + " is " + value.getValue() + ", not " + column.of(kline));
            }
        }
        return Optional.empty();
    }

    /** Returns whether another trade that may open or close the kline makes the value right. */
    private boolean matchesAlternative(Column column, Kline kline) {
        return switch (column) {
            case OPEN, MCAP_OPEN -> matchesAny(kline.openers(), Column.OPEN, Column.MCAP_OPEN);
            case CLOSE, MCAP_CLOSE -> matchesAny(kline.closers(), Column.CLOSE, Column.MCAP_CLOSE);
            default -> false;
        };
    }

    private boolean matchesAny(List<Swap> swaps, Column price, Column mcap) {
        return swaps.stream()
                .anyMatch(
                        swap ->
                                agrees(price, swap, Swap::priceUsd)
                                        && agrees(mcap, swap, Swap::mcap));
    }

    private boolean agrees(Column column, Swap swap, ToDoubleFunction<Swap> number) {
        Object value = values.get(column);
        return value == null || value.equals(number.applyAsDouble(swap));
    }
}
