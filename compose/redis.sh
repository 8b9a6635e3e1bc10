#!/bin/sh
# Starts Redis, which takes TLS only, with two users that can access klines only, and cannot flush, configure or
# use KEYS. The relay's user can only read. In a cluster, both would need +cluster|slots +asking as well. The ACL
# file contains digests of the passwords, not the passwords. Nobody can log in as default, but as default Redis
# reads its file at a start: without rights, it would skip what scripts wrote.
# A full Redis refuses new klines, which the job counts and fills in from MySQL later. It never evicts any,
# which nobody would notice. As listpacks, the sets of pairs that rarely trade take a third of the memory.
set -eu

acl=/run/redis/users.acl
digest() {
    tr -d '\r\n' < "$1" | sha256sum | cut -d ' ' -f 1
}
umask 077
cat > "$acl" <<EOF
user default off resetpass ~* &* +@all
user klines on #$(digest /run/secrets/redis-password) ~kline:* +@read +@write +@scripting +@connection -@dangerous
user relay on #$(digest /run/secrets/redis-relay-password) ~kline:* +@read +@connection -@dangerous
EOF

exec docker-entrypoint.sh redis-server --aclfile "$acl" --appendonly yes \
    --port 0 --tls-port 6379 --tls-auth-clients no --tls-ca-cert-file /run/server-tls/authority.pem \
    --tls-cert-file /run/server-tls/redis/server.pem --tls-key-file /run/server-tls/redis/server.pem \
    --maxmemory "$KLINES_REDIS_MEMORY" --maxmemory-policy noeviction \
    --zset-max-listpack-entries 16 --zset-max-listpack-value 512
