package io.dexklines.job.source.lists;

import io.dexklines.smartmoney.ListChange;
import java.util.List;

/**
 * What one round of reading has brought. It is emitted as a whole, so a checkpoint holds all of it
 * or nothing.
 *
 * @param changes in the order in which they take effect
 * @param after how far everything has been read with them
 * @param asOfMs all that stood in the lists at this wall clock has been read, epoch milliseconds;
 *     {@link #NOT_YET} while that cannot be said anew
 */
record ListStep(List<ListChange> changes, ListsSplit after, long asOfMs) {

    static final long NOT_YET = Long.MIN_VALUE;
}
