/** Operators that write rows to stores and that no store can stop. */
package io.dexklines.job.sink.store;
