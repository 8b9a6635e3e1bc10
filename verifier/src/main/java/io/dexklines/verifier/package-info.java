/**
 * Recomputes every kline from the records in Kafka, by a path of its own, and compares what the job
 * has written to its outputs. Nothing in here is shared with the job.
 */
package io.dexklines.verifier;
