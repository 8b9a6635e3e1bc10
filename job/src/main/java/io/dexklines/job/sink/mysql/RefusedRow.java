package io.dexklines.job.sink.mysql;

/**
 * A row that a table did not take.
 *
 * @param sqlState empty when it was refused before it was sent
 * @param errorCode 0 when it was refused before it was sent
 */
record RefusedRow<R>(R row, String sqlState, int errorCode, String reason) {}
