package io.dexklines.relay.store;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.relay.history.PastKline;
import io.dexklines.text.Column;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A member of a sorted set in Redis: the address of the pair and the values of {@link
 * KlineColumns#REDIS_MEMBER}, separated by commas.
 */
final class RedisMember implements KlineColumns.Values<RuntimeException> {

    private static final List<Column<Kline>> COLUMNS = KlineColumns.REDIS_MEMBER;

    private static final Map<Column<Kline>, Integer> PLACES =
            IntStream.range(0, COLUMNS.size())
                    .boxed()
                    .collect(Collectors.toUnmodifiableMap(COLUMNS::get, place -> place));

    private final String[] fields;
    private final int first;

    private RedisMember(String member) {
        fields = member.split(",", -1);
        // an address may contain commas, the other fields cannot
        first = fields.length - COLUMNS.size();
        if (first < 1) {
            throw new IllegalArgumentException("not a kline: " + member);
        }
    }

    /**
     * Parses a member.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static PastKline parse(String member) {
        return PastKline.of(COLUMNS, new RedisMember(member));
    }

    private String field(Column<Kline> column) {
        return fields[first + PLACES.get(column)];
    }

    @Override
    public long whole(Column<Kline> column) {
        return Long.parseLong(field(column));
    }

    @Override
    public double number(Column<Kline> column) {
        double number = Double.parseDouble(field(column));
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite: " + number);
        }
        return number;
    }

    @Override
    public boolean flag(Column<Kline> column) {
        return Boolean.parseBoolean(field(column));
    }
}
