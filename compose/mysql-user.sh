# Creates the users of the migrations, of the job and of the relay. Sourced by the entry point of MySQL's
# image when the volume is empty. The migrations' user can change tables. The job's user can read and
# write rows but not delete any; the relay's user can only read. All need TLS.

quoted() {
    sed -e 's/\\/\\\\/g' -e "s/'/''/g" "$1"
}

migrator_password=$(quoted /run/secrets/mysql-migrator-password)
klines_password=$(quoted /run/secrets/mysql-password)
relay_password=$(quoted /run/secrets/mysql-relay-password)
docker_process_sql --database=klines <<EOSQL
CREATE USER 'migrator'@'%' IDENTIFIED BY '$migrator_password' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON klines.* TO 'migrator'@'%';
CREATE USER 'klines'@'%' IDENTIFIED BY '$klines_password' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE ON klines.* TO 'klines'@'%';
CREATE USER 'relay'@'%' IDENTIFIED BY '$relay_password' REQUIRE SSL;
GRANT SELECT ON klines.* TO 'relay'@'%';
EOSQL
unset migrator_password klines_password relay_password
