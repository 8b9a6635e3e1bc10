/** The Flink job: main class, graph, sources and sinks. */
package io.dexklines.job;
