package io.dexklines.job.sink.mysql;

import io.dexklines.trade.Pair;
import java.util.Optional;

/** What the collation {@code ascii_bin} confuses: it compares as if texts had no spaces behind. */
final class PaddedKey {

    private PaddedKey() {}

    /** Why the pair cannot be a key, if it cannot. */
    static Optional<String> refusal(Pair pair) {
        if (pair.chainId().endsWith(" ") || pair.address().endsWith(" ")) {
            return Optional.of("a key with a space behind");
        }
        return Optional.empty();
    }
}
