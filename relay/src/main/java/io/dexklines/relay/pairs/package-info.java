/** The pair list: labels, last prices and 24-hour statistics of all pairs. */
package io.dexklines.relay.pairs;
