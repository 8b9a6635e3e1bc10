-- The ten pairs of each chain with the largest volume so far today (UTC), every five minutes.
SELECT window_start AS `day`, window_end AS so_far, chain_id, `rank`, pair_addr, token_symbol,
  volume_usd, trades
FROM (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end, chain_id
      ORDER BY volume_usd DESC, pair_addr) AS `rank`
  FROM (
    SELECT
      chain_id, pair_addr, window_start, window_end,
      MAX(token_symbol) AS token_symbol,
      EXACT_SUM(total_usd) AS volume_usd,
      COUNT(*) AS trades
    FROM TABLE(CUMULATE(
      TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '5' MINUTES, INTERVAL '1' DAY))
    GROUP BY chain_id, pair_addr, window_start, window_end))
WHERE `rank` <= 10;
