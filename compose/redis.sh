#!/bin/sh
# Starts Redis with one user, who sees the klines and can neither list, flush nor configure.
# It knows the password's digest alone.
set -eu

acl=/run/redis/users.acl
digest=$(tr -d '\r\n' < /run/secrets/redis-password | sha256sum | cut -d ' ' -f 1)
cat > "$acl" <<EOF
user default off
user klines on #$digest ~kline:* +@read +@write +@scripting +@connection -@dangerous
EOF
chown redis "$acl"
chmod 400 "$acl"

exec docker-entrypoint.sh redis-server --aclfile "$acl" --appendonly yes \
    --maxmemory "$KLINES_REDIS_MEMORY" --maxmemory-policy allkeys-lru
