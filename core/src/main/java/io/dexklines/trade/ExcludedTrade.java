package io.dexklines.trade;

/**
 * A trade that is not counted, with its position in Kafka.
 *
 * @param reason why the trade is not counted
 * @param detail a description for people; for an {@code invalid} trade it names the field
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record
 * @param index index in the record's array; {@link #WHOLE_RECORD} if the entry is the whole record
 * @param tradeJson a JSON value: the original, or a JSON string of it if it cannot be parsed
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
