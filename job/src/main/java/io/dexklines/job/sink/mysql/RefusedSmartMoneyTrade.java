package io.dexklines.job.sink.mysql;

import io.dexklines.smartmoney.SmartMoneyTrade;

/**
 * A trade of a listed wallet that the database refused for its content; the rest of its batch was
 * written.
 *
 * @param trade the row
 * @param sqlState the error's state, such as {@code 22001}
 * @param errorCode the database's number of the error
 * @param reason the database's message
 */
public record RefusedSmartMoneyTrade(
        SmartMoneyTrade trade, String sqlState, int errorCode, String reason) {}
