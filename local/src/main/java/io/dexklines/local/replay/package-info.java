/**
 * Recorded trades onto a topic: the {@code replay} command, and the real day that comes with it.
 */
package io.dexklines.local.replay;
