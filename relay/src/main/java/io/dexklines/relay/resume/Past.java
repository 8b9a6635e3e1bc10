package io.dexklines.relay.resume;

import java.util.Optional;

/**
 * The stores of what a client may have missed.
 *
 * @param events empty if the relay reads no store of events
 */
public record Past(PastKlines klines, Optional<PastEvents> events) {}
