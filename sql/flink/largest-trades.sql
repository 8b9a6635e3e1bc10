-- The ten largest trades of each hour by chain.
SELECT window_start AS `hour`, chain_id, `rank`, pair_addr, token_symbol, maker, side, total_usd,
  tx_hash
FROM (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end, chain_id
      ORDER BY total_usd DESC, id) AS `rank`
  FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '1' HOUR)))
WHERE `rank` <= 10;
