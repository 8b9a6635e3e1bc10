/** The sinks to Kafka topics, all exactly once. */
package io.dexklines.job.sink.kafka;
