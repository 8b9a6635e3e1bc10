package io.dexklines.relay.store;

import java.util.List;
import java.util.Optional;

/**
 * The stores to read history from. Without any store the relay serves no history.
 *
 * @param mysql the servers that share the rows, in the order of the job's list; empty for none
 */
public record StoreSettings(List<StoreAddress> mysql, Optional<RedisAddress> redis) {

    public static final StoreSettings NONE = new StoreSettings(List.of(), Optional.empty());
}
