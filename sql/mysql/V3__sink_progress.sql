-- How far the writers of the job are. For MySQL 8.4 and MariaDB 11.4.

-- One row per writer, which each of its transactions counts up (writes). A count that goes back shows
-- that the database went back in time. complete_updates is the number of the writer's first updates in
-- this run of the job whose rows are all committed.
CREATE TABLE IF NOT EXISTS sink_progress (
    writer           VARCHAR(255) NOT NULL,
    run              VARCHAR(64)  NOT NULL,
    complete_updates BIGINT       NOT NULL,
    writes           BIGINT       NOT NULL,
    PRIMARY KEY (writer)
)
    ENGINE = InnoDB
    DEFAULT CHARACTER SET ascii COLLATE ascii_bin;
