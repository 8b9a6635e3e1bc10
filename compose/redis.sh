#!/bin/sh
# Starts Redis with two users, who see the klines and can neither list, flush nor configure; the
# relay's can only read. It knows the digests of their passwords alone.
set -eu

acl=/run/redis/users.acl
digest() {
    tr -d '\r\n' < "$1" | sha256sum | cut -d ' ' -f 1
}
cat > "$acl" <<EOF
user default off
user klines on #$(digest /run/secrets/redis-password) ~kline:* +@read +@write +@scripting +@connection -@dangerous
user relay on #$(digest /run/secrets/redis-relay-password) ~kline:* +@read +@connection -@dangerous
EOF
chown redis "$acl"
chmod 400 "$acl"

exec docker-entrypoint.sh redis-server --aclfile "$acl" --appendonly yes \
    --maxmemory "$KLINES_REDIS_MEMORY" --maxmemory-policy allkeys-lru
