package io.dexklines.smartmoney;

/**
 * That a user was told of a wallet's trade in a pair, and is not to be told of the next ones.
 *
 * @param blockTimeSeconds the block time of that trade, epoch seconds
 * @param untilMs until when this is remembered: trades that arrive from then on are told of, epoch
 *     milliseconds
 */
public record Cooldown(long blockTimeSeconds, long untilMs) {}
