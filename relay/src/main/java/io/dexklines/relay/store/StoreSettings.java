package io.dexklines.relay.store;

import java.util.Optional;

/** The stores to read history from. Without any store the relay serves no history. */
public record StoreSettings(Optional<StoreAddress> mysql, Optional<StoreAddress> redis) {

    public static final StoreSettings NONE = new StoreSettings(Optional.empty(), Optional.empty());
}
