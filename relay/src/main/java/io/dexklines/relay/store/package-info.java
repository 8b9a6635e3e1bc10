/** The stores that history is read from: Redis and MySQL. Nothing is ever written to them. */
package io.dexklines.relay.store;
