package io.dexklines.job.sink.store;

import java.util.List;
import java.util.function.Predicate;

/**
 * What became of a batch. All rows that it does not name were written.
 *
 * @param refused the rows that the store refused for their content
 * @param again the rows that the store did not accept for now
 * @param letGo the rows that the store has no room for
 * @param loss what the store has lost since it was last written; empty if nothing
 * @param <R> a version of a row
 */
public record Written<R>(
        List<Refusal<R>> refused, List<R> again, List<R> letGo, List<Loss<R>> loss) {

    /**
     * A row that the store refused for its content.
     *
     * @param reason the error, for the log
     * @param json the record for the topic of refused rows; null if it does not go there
     */
    public record Refusal<R>(R row, String reason, byte[] json) {}

    /**
     * A part of the store that went back in time.
     *
     * @param description what was lost, for the log
     * @param rows whether a row belonged to it
     */
    public record Loss<R>(String description, Predicate<R> rows) {}

    /** Returns that all rows were written. */
    public static <R> Written<R> all() {
        return new Written<>(List.of(), List.of(), List.of(), List.of());
    }
}
