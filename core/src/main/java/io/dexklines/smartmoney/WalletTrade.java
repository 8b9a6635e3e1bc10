package io.dexklines.smartmoney;

import io.dexklines.trade.Trade;

/**
 * A trade that passed the filter, or waits in it: its wallet may be listed.
 *
 * @param trade the trade
 * @param wallet its maker
 * @param arrivalMs when it arrived at the filter, epoch milliseconds: it is decided by the lists as
 *     they stood then or later
 */
public record WalletTrade(Trade trade, Wallet wallet, long arrivalMs) {}
