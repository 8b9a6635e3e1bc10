-- Ids of smart-money trades with 128 bits. For MySQL 8.4 and MariaDB 11.4.

-- An id has 32 hexadecimal digits. Rows of former versions keep their ids of 16 digits, and former
-- versions can still write. A trade that has a row under its former id does not get another one.
ALTER TABLE smart_money_trade MODIFY id CHAR(32) NOT NULL;
