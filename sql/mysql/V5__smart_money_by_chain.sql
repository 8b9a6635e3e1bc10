-- An index for the newest trades of one chain. For MySQL 8.4 and MariaDB 11.4.

-- Without it, the trades of a chain that has few are looked for among those of all chains. The index
-- is built while the job goes on writing. It is not added twice, so that this file can be repeated.
SET @add_by_chain = IF(
    EXISTS (
        SELECT 1
        FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = 'smart_money_trade' AND index_name = 'by_chain'
    ),
    'DO 0',
    'ALTER TABLE smart_money_trade ADD KEY by_chain (chain_id, block_time), ALGORITHM = INPLACE, LOCK = NONE'
);
PREPARE add_by_chain FROM @add_by_chain;
EXECUTE add_by_chain;
DEALLOCATE PREPARE add_by_chain;
