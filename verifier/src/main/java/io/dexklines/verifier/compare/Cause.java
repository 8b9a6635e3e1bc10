package io.dexklines.verifier.compare;

import java.util.Locale;

/** The reasons for which a kline of the Go consumers differs. */
public enum Cause {
    /** A record was delivered, or produced, more than once, and counted each time. */
    REDELIVERED(true),
    /** A record failed, was logged, and its offset was committed with the next one. */
    LOST_RECORD(true),
    /** A partition was read by another consumer of the group, which writes elsewhere. */
    SPLIT_GROUP(true),
    /** The lock of the key was not obtained, or ran out, and the update of one kline was lost. */
    LOST_LOCK(true),
    /** A change of liquidity was counted as a trade. */
    LIQUIDITY(true),
    /** A trade with the price 0 was counted. */
    PRICE_ZERO(true),
    /** An element was counted that dex-klines excludes for another reason. */
    INVALID(true),
    /** The first trade of a batch decided in which kline all of its trades are. */
    BATCH_DATED(true),
    /** Within a block, the first trade closes, because only a later time replaces the close. */
    FIRST_CLOSES(false),
    /** The record or the element that arrived first opens, or the one that arrived last closes. */
    ARRIVAL(false),
    /** A batch that begins with a trade of a sandwich attack takes its prices. */
    CLAMP_FIRST(false),
    /** A merge takes the market cap of the highest and lowest price for the highest and lowest. */
    MCAP_OF_PRICE(false),
    /** Volumes differ in their last digits, because doubles were added one after the other. */
    ROUNDING(false),
    /** The server's local time zone decides when a kline begins. */
    TIME_ZONE(true),
    /** dex-klines wrote to the same key, and the Go writer added to what it found there. */
    BOTH_WRITERS(true),
    /** MySQL has several rows of the kline. */
    APPENDED_ROWS(false),
    /** MySQL has a row of the kline in the table of another month. */
    WRONG_MONTH(false),
    /** The newest row in MySQL lacks the last updates, which Redis has. */
    STALE_ROW(true);

    private final boolean changesSums;

    Cause(boolean changesSums) {
        this.changesSums = changesSums;
    }

    /** Returns whether the cause changes which trades are counted, and how often. */
    boolean changesSums() {
        return changesSums;
    }

    /** Returns the name in the output, such as {@code lost-record}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
