/** The faults of a run: a schedule from a seed, and what carries each fault out. */
package io.dexklines.chaos.fault;
