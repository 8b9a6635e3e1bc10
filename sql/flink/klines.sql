-- The klines of one interval, each when it is closed. Any number of whole minutes works.
SELECT chain_id, pair_addr, '5m' AS `interval`, window_start AS open_time, k.kline.*
FROM (
  SELECT
    chain_id, pair_addr, window_start,
    KLINE(place, side, clamp, token_price_usd, mcap, total_usd, token_amount) AS kline
  FROM TABLE(TUMBLE(TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '5' MINUTES))
  GROUP BY chain_id, pair_addr, window_start, window_end) AS k;
