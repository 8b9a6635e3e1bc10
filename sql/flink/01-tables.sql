-- Defines the functions, the topics as tables, and the view trades. Run this first, after
--   ADD JAR '/path/to/klines-sql.jar'
-- in a Flink with the Kafka connector in lib/. To use other brokers, run
--   ALTER TABLE sol_trades SET ('properties.bootstrap.servers' = 'kafka:9092')
-- and the same for the other tables.

-- A quiet partition does not hold back the watermark.
SET 'table.exec.source.idle-timeout' = '30 s';

CREATE FUNCTION KLINE AS 'io.dexklines.sql.KlineFunction' LANGUAGE JAVA;
CREATE FUNCTION FIRST_BY_PLACE AS 'io.dexklines.sql.FirstByPlaceFunction' LANGUAGE JAVA;
CREATE FUNCTION LAST_BY_PLACE AS 'io.dexklines.sql.LastByPlaceFunction' LANGUAGE JAVA;
CREATE FUNCTION EXACT_SUM AS 'io.dexklines.sql.ExactSumFunction' LANGUAGE JAVA;

-- One row for every valid trade of every record. block_time is in UTC.
CREATE TABLE sol_trades (
  chain_id STRING,
  pair_addr STRING,
  tx_hash STRING,
  maker STRING,
  side STRING,
  token_amount DOUBLE,
  base_token_amount DOUBLE,
  total_usd DOUBLE,
  token_price_usd DOUBLE,
  base_token_price_usd DOUBLE,
  mcap DOUBLE,
  clamp BOOLEAN,
  block_time TIMESTAMP(3),
  swap_name STRING,
  token_addr STRING,
  token_symbol STRING,
  base_token_symbol STRING,
  id STRING,
  place ROW<
    block_time BIGINT,
    block BIGINT,
    transaction_index BIGINT,
    log_index BIGINT,
    `index` INT,
    fields BYTES>,
  WATERMARK FOR block_time AS block_time - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'sol-trades',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'dex-trades',
  'dex-trades.chains' = '100000'
);

CREATE TABLE bsc_trades WITH (
  'topic' = 'bsc-trades',
  'dex-trades.chains' = '56'
) LIKE sol_trades;

CREATE TABLE evm_trades WITH (
  'topic' = 'evm-trades-v4',
  'dex-trades.chains' = '1;8453;42161;10;137'
) LIKE sol_trades;

-- All trades delivered, including duplicates.
CREATE VIEW delivered_trades AS
SELECT * FROM sol_trades
UNION ALL SELECT * FROM bsc_trades
UNION ALL SELECT * FROM evm_trades;

-- Each trade once. Duplicates are detected within the minute of their block until the watermark
-- passes it. Later trades are dropped. Use trade_minute as the time attribute of windows; windows
-- must consist of whole minutes.
CREATE VIEW trades AS
SELECT
  chain_id, pair_addr, tx_hash, maker, side, token_amount, base_token_amount, total_usd,
  token_price_usd, base_token_price_usd, mcap, clamp, block_time, swap_name, token_addr,
  token_symbol, base_token_symbol, id, place, window_time AS trade_minute
FROM (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY window_start, window_end, chain_id, pair_addr, id
      ORDER BY block_time) AS copy
  FROM TABLE(TUMBLE(TABLE delivered_trades, DESCRIPTOR(block_time), INTERVAL '1' MINUTE)))
WHERE copy = 1;

-- The trades that the job excluded.
CREATE TABLE trades_excluded (
  reason STRING,
  detail STRING,
  topic STRING,
  `partition` INT,
  `offset` BIGINT,
  `index` INT,
  trade STRING,
  excluded_at TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'trades-excluded',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);

-- The current smart-money wallets, from the compacted topic.
CREATE TABLE smart_money_wallets (
  wallet_key STRING,
  chain_id STRING,
  address STRING,
  label STRING,
  PRIMARY KEY (wallet_key) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'smart-money-wallets',
  'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY'
);
