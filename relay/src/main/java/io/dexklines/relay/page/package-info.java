/** The chart page: its files, and the permissions it is given in the browser. */
package io.dexklines.relay.page;
