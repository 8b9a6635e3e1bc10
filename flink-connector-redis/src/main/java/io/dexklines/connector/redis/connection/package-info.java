/**
 * How Redis is reached: the settings a user gives, and the link that pipelines commands and sorts
 * what can go wrong with them. Nothing here knows Flink's sinks.
 */
package io.dexklines.connector.redis.connection;
