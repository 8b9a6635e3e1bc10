-- Trades, pairs, wallets and volume of each chain in every minute.
SELECT window_start AS `minute`, chain_id, COUNT(*) AS trades, COUNT(DISTINCT pair_addr) AS pairs,
  COUNT(DISTINCT maker) AS wallets, EXACT_SUM(total_usd) AS volume_usd
FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '1' MINUTE))
GROUP BY chain_id, window_start, window_end;
