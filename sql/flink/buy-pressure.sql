-- The part of the volume of each pair that was bought, in every quarter of an hour.
SELECT window_start, chain_id, pair_addr, token_symbol, volume_usd, bought_usd / volume_usd AS bought
FROM (
  SELECT
    chain_id, pair_addr, window_start,
    MAX(token_symbol) AS token_symbol,
    EXACT_SUM(total_usd) AS volume_usd,
    COALESCE(EXACT_SUM(total_usd) FILTER (WHERE side = 'buy'), 0) AS bought_usd
  FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '15' MINUTES))
  GROUP BY chain_id, pair_addr, window_start, window_end)
WHERE volume_usd > 0;
