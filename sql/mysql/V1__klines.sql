-- The klines and the labels of their pairs. For MySQL 8.4 and MariaDB 11.4.
-- Apply the files of this folder once each, in the order of their numbers, see README.md.

-- One row per kline. The primary key is the only key, so an upsert never locks a gap of another
-- index, and a query by (chain_id, pair_addr, interval_code, open_time from .. to) reads one range.
-- ascii_bin: '1m' is one minute and '1M' one month, and Solana's addresses are case-sensitive.
-- Times are epoch seconds, numbers are IEEE doubles in US dollars or tokens.
CREATE TABLE kline (
    chain_id         VARCHAR(32)  NOT NULL,
    pair_addr        VARCHAR(128) NOT NULL,
    interval_code    VARCHAR(4)   NOT NULL,
    open_time        BIGINT       NOT NULL,
    open             DOUBLE       NOT NULL,
    high             DOUBLE       NOT NULL,
    low              DOUBLE       NOT NULL,
    close            DOUBLE       NOT NULL,
    mcap_open        DOUBLE       NOT NULL,
    mcap_high        DOUBLE       NOT NULL,
    mcap_low         DOUBLE       NOT NULL,
    mcap_close       DOUBLE       NOT NULL,
    volume_usd       DOUBLE       NOT NULL,
    volume_token     DOUBLE       NOT NULL,
    buy_volume_usd   DOUBLE       NOT NULL,
    buy_volume_token DOUBLE       NOT NULL,
    trades           BIGINT       NOT NULL,
    buys             BIGINT       NOT NULL,
    sells            BIGINT       NOT NULL,
    vwap             DOUBLE       NOT NULL,
    first_trade_time BIGINT       NOT NULL,
    last_trade_time  BIGINT       NOT NULL,
    closed           BOOLEAN      NOT NULL,
    PRIMARY KEY (chain_id, pair_addr, interval_code, open_time)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET ascii COLLATE ascii_bin
-- one partition per month (UTC): ALTER TABLE kline DROP PARTITION p2026_01 deletes old klines
PARTITION BY RANGE (open_time) (
    PARTITION before_2026 VALUES LESS THAN (1767225600),
    PARTITION p2026_01 VALUES LESS THAN (1769904000),
    PARTITION p2026_02 VALUES LESS THAN (1772323200),
    PARTITION p2026_03 VALUES LESS THAN (1775001600),
    PARTITION p2026_04 VALUES LESS THAN (1777593600),
    PARTITION p2026_05 VALUES LESS THAN (1780272000),
    PARTITION p2026_06 VALUES LESS THAN (1782864000),
    PARTITION p2026_07 VALUES LESS THAN (1785542400),
    PARTITION p2026_08 VALUES LESS THAN (1788220800),
    PARTITION p2026_09 VALUES LESS THAN (1790812800),
    PARTITION p2026_10 VALUES LESS THAN (1793491200),
    PARTITION p2026_11 VALUES LESS THAN (1796083200),
    PARTITION p2026_12 VALUES LESS THAN (1798761600),
    PARTITION p2027_01 VALUES LESS THAN (1801440000),
    PARTITION p2027_02 VALUES LESS THAN (1803859200),
    PARTITION p2027_03 VALUES LESS THAN (1806537600),
    PARTITION p2027_04 VALUES LESS THAN (1809129600),
    PARTITION p2027_05 VALUES LESS THAN (1811808000),
    PARTITION p2027_06 VALUES LESS THAN (1814400000),
    PARTITION p2027_07 VALUES LESS THAN (1817078400),
    PARTITION p2027_08 VALUES LESS THAN (1819756800),
    PARTITION p2027_09 VALUES LESS THAN (1822348800),
    PARTITION p2027_10 VALUES LESS THAN (1825027200),
    PARTITION p2027_11 VALUES LESS THAN (1827619200),
    PARTITION p2027_12 VALUES LESS THAN (1830297600),
    PARTITION later VALUES LESS THAN MAXVALUE
);

-- The labels of pairs: untrusted text, for display and search only and never a key.
CREATE TABLE pair (
    chain_id          VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    pair_addr         VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    swap_name         VARCHAR(128) NOT NULL,
    token_addr        VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    token_symbol      VARCHAR(128) NOT NULL,
    base_token_symbol VARCHAR(128) NOT NULL,
    PRIMARY KEY (chain_id, pair_addr)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
