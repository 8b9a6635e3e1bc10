/** The decoder of the JSON records that producers write to Kafka. */
package io.dexklines.decode;
