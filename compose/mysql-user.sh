# Read by the entry point of MySQL's image, when the volume is empty and the tables are there.
# The job's user: rows, never tables; over TLS alone.

klines_password=$(sed -e 's/\\/\\\\/g' -e "s/'/''/g" /run/secrets/mysql-password)
docker_process_sql --database=klines <<EOSQL
CREATE USER 'klines'@'%' IDENTIFIED BY '$klines_password' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE ON klines.kline TO 'klines'@'%';
GRANT SELECT, INSERT, UPDATE ON klines.pair TO 'klines'@'%';
GRANT SELECT, INSERT, UPDATE ON klines.smart_money_trade TO 'klines'@'%';
EOSQL
unset klines_password
