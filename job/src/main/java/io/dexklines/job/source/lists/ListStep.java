package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import java.util.List;

/**
 * The result of one round of reading. It is emitted as a whole, so a checkpoint holds all of it or
 * nothing.
 *
 * @param changes in the order in which they take effect
 * @param after the positions after these changes
 * @param asOfMs the wall-clock time whose records are all read, epoch milliseconds; {@link
 *     #NOT_YET} if no new time was reached
 */
record ListStep(List<ListChange> changes, ListsSplit after, long asOfMs) {

    static final long NOT_YET = Long.MIN_VALUE;
}
