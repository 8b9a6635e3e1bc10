/** Benchmarks of single steps in nanoseconds, by the Java Microbenchmark Harness. */
package io.dexklines.bench.jmh;
