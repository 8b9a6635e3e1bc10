/**
 * What a client missed: reads it from the stores and joins it to what is live, without gaps or
 * duplicates. Knows neither stores nor connections.
 */
package io.dexklines.relay.resume;
