/** The sink to Redis. */
package io.dexklines.job.sink.redis;
