package io.dexklines.sql;

/** {@code LAST_BY_PLACE(x, place)}: the value of the last trade by position. */
public final class LastByPlaceFunction extends ByPlaceFunction {

    private static final long serialVersionUID = 1L;

    @Override
    boolean replaces(int order) {
        return order > 0;
    }
}
