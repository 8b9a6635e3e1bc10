package io.dexklines.chaos.input;

/**
 * The place of an entry in the topics of trades, as the topic of excluded trades names it.
 *
 * @param index the index in the record's array; -1 for a whole record
 */
public record EntryPlace(String topic, int partition, long offset, int index) {}
