package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;

/**
 * A kline that the database refused for its content; the rest of its batch was written.
 *
 * @param pair whose
 * @param kline the row
 * @param sqlState the error's state, such as {@code 22001}; empty when it was refused before it was
 *     sent
 * @param errorCode the database's number of the error; 0 when it was refused before it was sent
 * @param reason the database's message
 */
public record RefusedKline(Pair pair, Kline kline, String sqlState, int errorCode, String reason) {}
