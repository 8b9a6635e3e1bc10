package io.dexklines.relay.api;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.trade.Identifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The query parameters of a request, with checked access. */
public final class Parameters {

    private final Map<String, String> values;

    /**
     * @param values the first value of each parameter
     */
    public Parameters(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** Refuses all other parameters, so that a misspelt one is not silently ignored. */
    public void allowOnly(String... names) {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(Set.of(names));
        if (!unknown.isEmpty()) {
            throw new ApiException(
                    ApiException.Reason.UNKNOWN_PARAMETER,
                    "unknown parameter '%s', expected some of %s"
                            .formatted(unknown.iterator().next(), String.join(", ", names)));
        }
    }

    boolean has(String name) {
        return !text(name, "").isEmpty();
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** Returns the value of a parameter that must not be missing or empty. */
    public String requiredText(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw new ApiException(
                    ApiException.Reason.MISSING_PARAMETER, "parameter '" + name + "' is missing");
        }
        return value;
    }

    /** Returns an identifier; null if the parameter is missing. */
    public String identifier(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            return null;
        }
        if (!Identifier.isValid(value)) {
            throw illegal(name, "expected 1 to " + Identifier.MAX_LENGTH + " of A-Z a-z 0-9 . _ -");
        }
        return value;
    }

    /** Returns an address in the form in which it is stored; null if the parameter is missing. */
    String address(String name, String chainId) {
        String address = identifier(name);
        return address == null ? null : Identifier.address(chainId, address);
    }

    /** Returns a whole number. */
    public long number(String name, long otherwise, long min, long max) {
        return has(name) ? requiredNumber(name, min, max) : otherwise;
    }

    long requiredNumber(String name, long min, long max) {
        String text = requiredText(name);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of range
        }
        throw illegal(name, "expected a whole number from %d to %d".formatted(min, max));
    }

    /** Returns a time in epoch seconds. */
    public long time(String name, long otherwise) {
        return number(name, otherwise, 0, KlineHistory.END_OF_TIME);
    }

    /** Returns the parameter {@code to}, which must be later than {@code from}. */
    long timeAfter(long from) {
        long to = time("to", KlineHistory.END_OF_TIME);
        if (from >= to) {
            throw illegal("to", "expected a time after 'from'");
        }
        return to;
    }

    /** Returns the search text in the parameter, with a chain or null for all chains. */
    PairFilter pairs(String name, String chainId) {
        try {
            return PairFilter.of(chainId, text(name, ""));
        } catch (IllegalArgumentException e) {
            throw illegal(name, e.getMessage());
        }
    }

    int limit(int otherwise, int max) {
        return (int) number("limit", otherwise, 1, max);
    }

    /** Returns one of the given words; the first one if the parameter is missing. */
    String word(String name, List<String> words) {
        String word = text(name, words.get(0));
        if (!words.contains(word)) {
            throw illegal(name, "expected one of " + String.join(", ", words));
        }
        return word;
    }

    /** Returns the interval with the code in the parameter {@code interval}. */
    public Interval interval(List<Interval> served) {
        String code = requiredText("interval");
        for (Interval interval : served) {
            if (interval.code().equals(code)) {
                return interval;
            }
        }
        throw illegal(
                "interval",
                "expected one of "
                        + served.stream().map(Interval::code).collect(Collectors.joining(" ")));
    }

    /** Returns the error for an illegal parameter. */
    public static ApiException illegal(String name, String expectation) {
        return new ApiException(
                ApiException.Reason.ILLEGAL_PARAMETER, "parameter '" + name + "': " + expectation);
    }
}
