/**
 * What the job does differently for the readers of the Go consumers, if it is switched on:
 * decisions and settings, without Flink and without a client of Redis.
 */
package io.dexklines.job.compatibility;
