# Creates the users of the job and of the relay. Sourced by the entry point of MySQL's image when the
# volume is empty, after the tables are created. The job's user can read and write rows but not change
# tables; the relay's user can only read. Both need TLS.

quoted() {
    sed -e 's/\\/\\\\/g' -e "s/'/''/g" "$1"
}

klines_password=$(quoted /run/secrets/mysql-password)
relay_password=$(quoted /run/secrets/mysql-relay-password)
docker_process_sql --database=klines <<EOSQL
CREATE USER 'klines'@'%' IDENTIFIED BY '$klines_password' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE ON klines.kline TO 'klines'@'%';
GRANT SELECT, INSERT, UPDATE ON klines.pair TO 'klines'@'%';
GRANT SELECT, INSERT, UPDATE ON klines.smart_money_trade TO 'klines'@'%';
CREATE USER 'relay'@'%' IDENTIFIED BY '$relay_password' REQUIRE SSL;
GRANT SELECT ON klines.* TO 'relay'@'%';
EOSQL
unset klines_password relay_password
