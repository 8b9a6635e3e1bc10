-- Puts one kline into the sorted set of its pair and interval, unless the set holds a newer version.
--
-- KEYS[1]  kline:{chain_id}:{pair_addr}:{interval}
-- ARGV[1]  open time, epoch seconds: the score
-- ARGV[2]  the member; its last field is the number of trades, the kline's version
-- ARGV[3]  the number of trades
-- ARGV[4]  how many of the newest klines the set keeps, beside those that ARGV[7] keeps
-- ARGV[5]  seconds without a write after which the set expires
-- ARGV[6]  'force' to replace any version; only an operator's rebuild uses it
-- ARGV[7]  optional: all klines that opened less than this time before the newest one stay, in seconds
--
-- Returns 1 if the kline was put, 0 if the set holds a newer version.
local key, open_time, member = KEYS[1], ARGV[1], ARGV[2]
local trades, kept, expiry = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local guarded, age = ARGV[6] ~= 'force', tonumber(ARGV[7])

local held = redis.call('ZRANGEBYSCORE', key, open_time, open_time)
for _, other in ipairs(held) do
    -- the anchored greedy prefix leads to the last comma; without it, Lua tries every start
    local held_trades = tonumber(string.match(other, '^.*,(.*)$'))
    if guarded and held_trades and held_trades > trades then
        return 0
    end
end
for _, other in ipairs(held) do
    if other ~= member then
        redis.call('ZREM', key, other)
    end
end
redis.call('ZADD', key, open_time, member)
if #held == 0 then
    -- only a new open time makes the set larger, or its klines older
    local younger = 0
    if age then
        local newest = tonumber(redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2])
        younger = redis.call('ZCOUNT', key, string.format('(%d', newest - age), '+inf')
    end
    redis.call('ZREMRANGEBYRANK', key, 0, -(younger + kept + 1))
end
redis.call('EXPIRE', key, expiry)
return 1
