/**
 * What stands between a listening port and the endpoints: admission, deadlines and paced writes.
 */
package io.dexklines.relay.http;
