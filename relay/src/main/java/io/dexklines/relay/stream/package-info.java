/** The core of the relay: stream names, the newest messages of each stream, and routing. */
package io.dexklines.relay.stream;
