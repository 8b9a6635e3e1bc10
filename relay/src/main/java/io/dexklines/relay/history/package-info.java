/**
 * Reading klines of the past: which store is queried for which range, how the results are merged,
 * and how gaps are filled. Depends on neither JDBC, Redis nor HTTP.
 */
package io.dexklines.relay.history;
