-- The trades of smart-money wallets. For MySQL 8.4 and MariaDB 11.4.

-- One row per trade, even if it is redelivered: the last column of the key is the trade's identity.
-- block_time is part of the key because a table can be partitioned only by columns of its primary
-- key. Times are epoch seconds, numbers are IEEE doubles in US dollars or tokens. Labels and symbols
-- are untrusted text, for display only and never part of a key.
CREATE TABLE smart_money_trade (
    chain_id          VARCHAR(32)  NOT NULL,
    wallet            VARCHAR(128) NOT NULL,
    block_time        BIGINT       NOT NULL,
    id                CHAR(16)     NOT NULL,
    label             VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    pair_addr         VARCHAR(128) NOT NULL,
    swap_name         VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    token_addr        VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    token_symbol      VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    base_token_symbol VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
    side              VARCHAR(4)   NOT NULL,
    usd               DOUBLE       NOT NULL,
    token_amount      DOUBLE       NOT NULL,
    base_token_amount DOUBLE       NOT NULL,
    price_usd         DOUBLE       NOT NULL,
    mcap              DOUBLE       NOT NULL,
    tx_hash           VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    block_num         BIGINT       NOT NULL,
    transaction_index BIGINT       NOT NULL,
    log_index         BIGINT       NOT NULL,
    clamp             BOOLEAN      NOT NULL,
    first_buy         BOOLEAN      NOT NULL,
    PRIMARY KEY (chain_id, wallet, block_time, id),
    KEY by_time (block_time),
    KEY by_pair (chain_id, pair_addr, block_time)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET ascii COLLATE ascii_bin
-- one partition per month (UTC): ALTER TABLE … DROP PARTITION p2026_01 deletes old trades
PARTITION BY RANGE (block_time) (
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
