/** Read-only access to the stores of the history, Redis and MySQL. */
package io.dexklines.relay.store;
