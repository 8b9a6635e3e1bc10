/** A real cluster of several processes of each kind, each of which can be killed and suspended. */
package io.dexklines.chaos.cluster;
