-- The trades of smart-money wallets in each hour, by wallet and pair. Listing a wallet adds its
-- trades of the last day; removing it from the list retracts its rows.
SELECT /*+ STATE_TTL('t' = '1d', 'w' = '0s') */
  t.`hour`, w.label, t.chain_id, t.maker, t.pair_addr, t.token_symbol, t.bought_usd, t.sold_usd,
  t.trades
FROM (
  SELECT
    chain_id, maker, pair_addr, window_start AS `hour`,
    MAX(token_symbol) AS token_symbol,
    COALESCE(EXACT_SUM(total_usd) FILTER (WHERE side = 'buy'), 0) AS bought_usd,
    COALESCE(EXACT_SUM(total_usd) FILTER (WHERE side = 'sell'), 0) AS sold_usd,
    COUNT(*) AS trades
  FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '1' HOUR))
  GROUP BY chain_id, maker, pair_addr, window_start, window_end) AS t
JOIN smart_money_wallets AS w
  ON t.chain_id = w.chain_id
  -- base58 is case-sensitive, hexadecimal is not
  AND t.maker = IF(w.chain_id = '100000', w.address, LOWER(w.address));
