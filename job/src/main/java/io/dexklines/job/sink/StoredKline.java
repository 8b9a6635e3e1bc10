package io.dexklines.job.sink;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.text.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a store holds of one kline. */
public sealed interface StoredKline {

    /**
     * A version of the kline.
     *
     * @param values the values of those columns of {@link KlineColumns#TABLE} that the store has,
     *     as {@code Long}, {@code Double} or {@code Boolean}, by the names of the columns; always
     *     with the number of trades
     */
    record Version(Map<String, Object> values) implements StoredKline {

        /** Returns the version that a store with all columns has to hold after it was written. */
        public static Version of(Kline kline) {
            Values values = new Values(new LinkedHashMap<>());
            KlineColumns.TABLE.forEach(column -> column.write(kline, values));
            return new Version(values.byName);
        }

        /**
         * Returns the version that a store holds.
         *
         * @param columns the columns that the store has
         * @param stored their values
         * @param <E> the exception that reading may throw
         */
        public static <E extends Exception> Version of(
                List<Column<Kline>> columns, KlineColumns.Values<E> stored) throws E {
            Values values = new Values(new LinkedHashMap<>());
            for (Column<Kline> column : columns) {
                if (column instanceof Column.Whole) {
                    values.whole(column.name(), stored.whole(column));
                } else if (column instanceof Column.Flag) {
                    values.flag(column.name(), stored.flag(column));
                } else {
                    values.number(column.name(), stored.number(column));
                }
            }
            return new Version(values.byName);
        }

        /** Returns the number of trades. */
        public long trades() {
            return (Long) values.get(KlineColumns.TRADES.name());
        }

        /** Collects values by name. */
        private record Values(Map<String, Object> byName)
                implements Column.Writer<RuntimeException> {

            @Override
            public void text(String name, String value) {
                byName.put(name, value);
            }

            @Override
            public void whole(String name, long value) {
                byName.put(name, value);
            }

            @Override
            public void number(String name, double value) {
                // stores and formats need not keep the sign of a zero
                byName.put(name, value == 0 ? 0.0 : value);
            }

            @Override
            public void flag(String name, boolean value) {
                byName.put(name, value);
            }
        }
    }

    /** Nothing, although the store should hold a version. */
    record Missing() implements StoredKline {}

    /** Nothing, because the store keeps newer klines only. */
    record NotKept() implements StoredKline {}

    /**
     * Something that is not a version of the kline.
     *
     * @param why what it is, for a log
     */
    record Unreadable(String why) implements StoredKline {}
}
