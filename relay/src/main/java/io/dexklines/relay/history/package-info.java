/**
 * Klines of the past, from wherever they are held: which store to ask for what, how their answers
 * become one, and how gaps are filled. Knows neither stores nor HTTP.
 */
package io.dexklines.relay.history;
