package io.dexklines.verifier;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The reasons for which an entry is not counted, in the order in which they apply. */
enum Reason {
    MALFORMED,
    UNSUPPORTED_TYPE,
    INVALID,
    UNKNOWN_CHAIN,
    FUTURE,
    LATE,
    DUPLICATE;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Reason> of(String text) {
        return Arrays.stream(values()).filter(reason -> reason.text().equals(text)).findFirst();
    }
}
