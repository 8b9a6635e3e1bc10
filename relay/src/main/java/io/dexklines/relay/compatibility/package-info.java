/**
 * The endpoints that front ends of the Go consumers know, with their shapes on our klines: {@code
 * /ws/kline} and {@code /v1/market/get_candlestick}. Off unless {@code --compatibility} is given.
 */
package io.dexklines.relay.compatibility;
