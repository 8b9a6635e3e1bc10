/** The {@code replay} command, which publishes recorded trades, and the bundled sample. */
package io.dexklines.local.replay;
