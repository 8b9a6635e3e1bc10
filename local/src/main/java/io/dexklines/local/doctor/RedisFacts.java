package io.dexklines.local.doctor;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server of Redis tells the job's user.
 *
 * @param address {@code host:port}
 * @param version empty before Redis 6
 * @param isMaster false for a replica
 * @param policy {@code maxmemory-policy}; empty if the user may not read it
 * @param maxMemoryBytes {@code maxmemory}, 0 for no limit; empty if the user may not read it
 * @param writeRefusal why a write is refused; empty if it is not
 * @param mayRunScripts whether the user may run scripts
 */
record RedisFacts(
        String address,
        Optional<String> version,
        boolean isMaster,
        Optional<String> policy,
        OptionalLong maxMemoryBytes,
        Optional<String> writeRefusal,
        boolean mayRunScripts) {}
