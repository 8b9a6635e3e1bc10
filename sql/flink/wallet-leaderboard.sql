-- The twenty wallets of each chain that traded most in each hour, and their net proceeds: positive
-- if they sold for more than they bought for.
SELECT window_start AS `hour`, chain_id, `rank`, maker, volume_usd, bought_usd, sold_usd,
  sold_usd - bought_usd AS net_usd, trades, pairs
FROM (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end, chain_id
      ORDER BY volume_usd DESC, maker) AS `rank`
  FROM (
    SELECT
      chain_id, maker, window_start, window_end,
      EXACT_SUM(total_usd) AS volume_usd,
      COALESCE(EXACT_SUM(total_usd) FILTER (WHERE side = 'buy'), 0) AS bought_usd,
      COALESCE(EXACT_SUM(total_usd) FILTER (WHERE side = 'sell'), 0) AS sold_usd,
      COUNT(*) AS trades,
      COUNT(DISTINCT pair_addr) AS pairs
    FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '1' HOUR))
    GROUP BY chain_id, maker, window_start, window_end))
WHERE `rank` <= 20;
