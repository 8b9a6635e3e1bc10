package io.dexklines.chaos.input;

/**
 * A time in which the producer of a chain is silent. It publishes its backlog at the end.
 *
 * @param chain the {@code chain_id}
 * @param fromMs epoch milliseconds
 * @param untilMs epoch milliseconds; an input that is stopped ends its silences
 */
public record Silence(String chain, long fromMs, long untilMs) {}
