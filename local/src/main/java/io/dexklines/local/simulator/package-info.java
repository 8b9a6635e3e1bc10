/** A simulated market in the format of the real producers, and the process that publishes it. */
package io.dexklines.local.simulator;
