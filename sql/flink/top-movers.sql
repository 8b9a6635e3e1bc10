-- The ten pairs whose price moved most within one hour, every five minutes. Sandwiches do not
-- affect prices, and pairs with a volume below 1000 USD are ignored.
SELECT window_start, window_end, `rank`, chain_id, pair_addr, token_symbol, opened, closed,
  change_percent, volume_usd
FROM (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end
      ORDER BY ABS(change_percent) DESC, chain_id, pair_addr) AS `rank`
  FROM (
    SELECT *, (closed / opened - 1) * 100 AS change_percent
    FROM (
      SELECT
        chain_id, pair_addr, window_start, window_end,
        MAX(token_symbol) AS token_symbol,
        FIRST_BY_PLACE(token_price_usd, place) FILTER (WHERE NOT clamp) AS opened,
        LAST_BY_PLACE(token_price_usd, place) FILTER (WHERE NOT clamp) AS closed,
        EXACT_SUM(total_usd) AS volume_usd
      FROM TABLE(HOP(
        TABLE trades, DESCRIPTOR(trade_minute), INTERVAL '5' MINUTES, INTERVAL '1' HOUR))
      GROUP BY chain_id, pair_addr, window_start, window_end))
  WHERE opened IS NOT NULL AND volume_usd >= 1000)
WHERE `rank` <= 10;
