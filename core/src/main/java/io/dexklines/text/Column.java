package io.dexklines.text;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * A named value of a row: a column of a table, or a field of a record in a topic.
 *
 * @param <R> the type of the row
 */
public sealed interface Column<R> {

    /** Returns the name of the column. */
    String name();

    /** Passes the row's value to the writer's method for its type. */
    <E extends Exception> void write(R row, Writer<E> writer) throws E;

    /** Returns this column of a larger row, of which {@code part} is the part that has it. */
    <S> Column<S> of(Function<S, R> part);

    /**
     * The receiver of a column's value. No value is boxed.
     *
     * @param <E> the exception that writing may throw
     */
    interface Writer<E extends Exception> {

        /** Receives a text. */
        void text(String name, String value) throws E;

        /** Receives a whole number. */
        void whole(String name, long value) throws E;

        /** Receives a number, which may be infinite or not a number. */
        void number(String name, double value) throws E;

        /** Receives a truth value. */
        void flag(String name, boolean value) throws E;
    }

    /** A column of text. */
    static <R> Column<R> text(String name, Function<R, String> value) {
        return new Text<>(name, value);
    }

    /** A column of whole numbers. */
    static <R> Column<R> whole(String name, ToLongFunction<R> value) {
        return new Whole<>(name, value);
    }

    /** A column of numbers. */
    static <R> Column<R> number(String name, ToDoubleFunction<R> value) {
        return new Number<>(name, value);
    }

    /** A column of truth values. */
    static <R> Column<R> flag(String name, Predicate<R> value) {
        return new Flag<>(name, value);
    }

    /** See {@link Column#text}. */
    record Text<R>(String name, Function<R, String> value) implements Column<R> {

        @Override
        public <E extends Exception> void write(R row, Writer<E> writer) throws E {
            writer.text(name, value.apply(row));
        }

        @Override
        public <S> Column<S> of(Function<S, R> part) {
            return text(name, row -> value.apply(part.apply(row)));
        }
    }

    /** See {@link Column#whole}. */
    record Whole<R>(String name, ToLongFunction<R> value) implements Column<R> {

        @Override
        public <E extends Exception> void write(R row, Writer<E> writer) throws E {
            writer.whole(name, value.applyAsLong(row));
        }

        @Override
        public <S> Column<S> of(Function<S, R> part) {
            return whole(name, row -> value.applyAsLong(part.apply(row)));
        }
    }

    /** See {@link Column#number}. */
    record Number<R>(String name, ToDoubleFunction<R> value) implements Column<R> {

        @Override
        public <E extends Exception> void write(R row, Writer<E> writer) throws E {
            writer.number(name, value.applyAsDouble(row));
        }

        @Override
        public <S> Column<S> of(Function<S, R> part) {
            return number(name, row -> value.applyAsDouble(part.apply(row)));
        }
    }

    /** See {@link Column#flag}. */
    record Flag<R>(String name, Predicate<R> value) implements Column<R> {

        @Override
        public <E extends Exception> void write(R row, Writer<E> writer) throws E {
            writer.flag(name, value.test(row));
        }

        @Override
        public <S> Column<S> of(Function<S, R> part) {
            return flag(name, row -> value.test(part.apply(row)));
        }
    }
}
