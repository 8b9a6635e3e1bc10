package io.dexklines.relay.stream;

import java.util.List;

/**
 * What a relay holds of a stream at the moment when a subscription begins.
 *
 * @param events the newest events, or the newest versions of the newest klines; oldest first
 * @param versions the newest versions of the newest klines, by open time; empty for events
 */
public record Held(List<StreamEvent> events, List<KlineVersion> versions) {

    /** Nothing. */
    public static final Held NOTHING = new Held(List.of(), List.of());
}
