package io.dexklines.relay.store;

import java.util.Optional;

/** Where history is read from; without either store none is. */
public record StoreSettings(Optional<StoreAddress> mysql, Optional<StoreAddress> redis) {

    /** No history. */
    public static final StoreSettings NONE = new StoreSettings(Optional.empty(), Optional.empty());
}
