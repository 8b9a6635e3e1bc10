package io.dexklines.relay.api;

import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineInterval;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of a request, each as what it has to be. */
final class Parameters {

    private final Map<String, String> values;

    Parameters(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** Refuses every parameter but those: a misspelt one would be ignored in silence. */
    void allowOnly(String... names) {
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

    String requiredText(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            throw new ApiException(
                    ApiException.Reason.MISSING_PARAMETER, "parameter '" + name + "' is missing");
        }
        return value;
    }

    long number(String name, long otherwise, long min, long max) {
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
            // as wrong as one out of range
        }
        throw illegal(name, "expected a whole number from %d to %d".formatted(min, max));
    }

    /** A time in epoch seconds. */
    long time(String name, long otherwise) {
        return number(name, otherwise, 0, KlineHistory.END_OF_TIME);
    }

    int limit(int otherwise, int max) {
        return (int) number("limit", otherwise, 1, max);
    }

    /** One of a few words, the first if none is given. */
    String word(String name, List<String> words) {
        String word = text(name, words.get(0));
        if (!words.contains(word)) {
            throw illegal(name, "expected one of " + String.join(", ", words));
        }
        return word;
    }

    KlineInterval interval(List<KlineInterval> served) {
        String code = requiredText("interval");
        for (KlineInterval interval : served) {
            if (interval.code().equals(code)) {
                return interval;
            }
        }
        throw illegal("interval", "expected one of " + KlineInterval.codes(served));
    }

    /** The refusal of a parameter. */
    static ApiException illegal(String name, String expectation) {
        return new ApiException(
                ApiException.Reason.ILLEGAL_PARAMETER, "parameter '" + name + "': " + expectation);
    }
}
