-- The events of smart money: hits, notifications and clusters of the last days. For MySQL 8.4 and
-- MariaDB 11.4.

-- One row per event of a stream, even if it is found again: id identifies it, and stays the same. A
-- stream is that of a chain ("1@smartmoney") or of a user ("user:alice@alerts"). event_id is the
-- place in the order of all events, in microseconds since the epoch: relays answer what is after an
-- event_id. block_time, in epoch seconds, is part of the key because a table can be partitioned only
-- by columns of its primary key. payload is the message to subscribers, JSON in ASCII.
CREATE TABLE IF NOT EXISTS smart_money_notification (
    stream     VARCHAR(160) NOT NULL,
    id         CHAR(32)     NOT NULL,
    block_time BIGINT       NOT NULL,
    event_id   BIGINT       NOT NULL,
    payload    MEDIUMTEXT   NOT NULL,
    PRIMARY KEY (stream, id, block_time),
    KEY by_event (stream, event_id)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET ascii COLLATE ascii_bin
-- one partition per month (UTC). klines migrate drops those that ended more than seven days ago
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
