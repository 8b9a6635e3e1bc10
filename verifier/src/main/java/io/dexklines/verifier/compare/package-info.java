/**
 * Explains klines that the Go consumers wrote: which of their trades were counted how often, and
 * which fault of the writer makes each field what it is. It reads no server and no clock.
 */
package io.dexklines.verifier.compare;
