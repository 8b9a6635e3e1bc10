-- How far the writers of the job are. For MySQL 8.4 and MariaDB 11.4.

-- One row per writer: all rows that this writer was given up to complete_to_ms are committed. The time
-- is epoch milliseconds, by the clock of the job. It never goes back unless the database does.
CREATE TABLE IF NOT EXISTS sink_progress (
    writer         VARCHAR(64) NOT NULL,
    complete_to_ms BIGINT      NOT NULL,
    PRIMARY KEY (writer)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET ascii COLLATE ascii_bin;
