/** The sink to MySQL. */
package io.dexklines.job.sink.mysql;
