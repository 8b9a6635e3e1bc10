/** What {@code klines doctor} finds: facts are read by probes, and checks decide on facts alone. */
package io.dexklines.local.doctor;
