/** The bridge between core's byte formats and Flink's type system. */
package io.dexklines.codec;
