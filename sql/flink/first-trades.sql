-- When each pair was first traded and at which price, and its trades since then, updated
-- continuously. Sandwiches do not affect prices.
SELECT chain_id, pair_addr, MAX(token_symbol) AS token_symbol, MIN(block_time) AS first_trade,
  FIRST_BY_PLACE(token_price_usd, place) FILTER (WHERE NOT clamp) AS first_price_usd,
  COUNT(*) AS trades
FROM trades
GROUP BY chain_id, pair_addr;
