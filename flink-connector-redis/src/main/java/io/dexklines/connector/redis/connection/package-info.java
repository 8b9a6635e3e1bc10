/**
 * Connections to Redis: the user's settings, pipelined exchanges and the classification of
 * failures. Independent of Flink's sink API.
 */
package io.dexklines.connector.redis.connection;
