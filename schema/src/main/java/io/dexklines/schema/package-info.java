/**
 * Migrates the tables in MySQL: {@code klines migrate}. It applies the files of {@code sql/mysql}
 * with Flyway, adopts databases whose tables were created by hand, and makes the partitions of
 * coming months.
 */
package io.dexklines.schema;
