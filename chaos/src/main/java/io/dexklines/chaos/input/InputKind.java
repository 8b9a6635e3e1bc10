package io.dexklines.chaos.input;

/** Why a record is part of the input. */
public enum InputKind {
    /** A record of the simulated market, within 250 ms of its block. */
    PROMPT,

    /** A record of the simulated market, up to 3 s after its block: disorder within the bound. */
    DELAYED,

    /** The bytes of an earlier record again, on any partition, up to 5 s later. */
    REDELIVERED,

    /** Trades that are 150 to 900 s old, which the job may exclude as late. */
    LATE,

    /** Trades that are 10 to 50 s old, which correct closed klines and are never late. */
    CORRECTION,

    /** Trades of a producer whose clock is 5 to 45 s ahead, which count. */
    AHEAD,

    /** Trades that are days ahead, or have milliseconds for seconds. */
    FUTURE,

    /** Elements with an invalid field, between valid trades. */
    INVALID,

    /** Trades of a chain that the topic does not carry. */
    UNKNOWN_CHAIN,

    /** A record of {@link Poison}. */
    POISON,

    /** Trades in an upstream transaction. */
    TRANSACTION
}
