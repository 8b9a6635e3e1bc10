package io.dexklines.sql;

/** {@code FIRST_BY_PLACE(x, place)}: the value of the first trade by position. */
public final class FirstByPlaceFunction extends ByPlaceFunction {

    private static final long serialVersionUID = 1L;

    @Override
    boolean replaces(int order) {
        return order < 0;
    }
}
