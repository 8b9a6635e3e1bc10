/** The input of a run from a seed, with a ledger of exactly what was injected. */
package io.dexklines.chaos.input;
