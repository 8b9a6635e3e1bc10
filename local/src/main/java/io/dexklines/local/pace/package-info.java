/** The clock by which replay and simulator publish, replaceable in tests. */
package io.dexklines.local.pace;
