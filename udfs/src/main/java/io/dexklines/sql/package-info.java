/** Functions and a format for Flink SQL with the decoder and the arithmetic of the job. */
package io.dexklines.sql;
