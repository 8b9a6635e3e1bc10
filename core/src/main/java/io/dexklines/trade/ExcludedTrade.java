package io.dexklines.trade;

/**
 * A trade that is not counted, with where it can be found.
 *
 * @param reason why
 * @param detail what exactly, for a person; names the field of an {@code invalid} trade
 * @param topic the topic it was read from
 * @param partition the partition
 * @param offset the offset of its record
 * @param index its place in the record's array; -1 for the whole record
 * @param tradeJson a JSON value: the original, or a string of it where it cannot be parsed
 */
public record ExcludedTrade(
        ExclusionReason reason,
        String detail,
        String topic,
        int partition,
        long offset,
        int index,
        String tradeJson) {

    /** The index that stands for a whole record. */
    public static final int WHOLE_RECORD = -1;
}
