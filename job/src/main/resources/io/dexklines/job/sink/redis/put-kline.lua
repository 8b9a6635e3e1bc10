-- Puts one kline into the sorted set of its pair and interval, unless a newer version is there.
--
-- KEYS[1]  kline:{chain_id}:{pair_addr}:{interval}
-- ARGV[1]  open time, epoch seconds: the score
-- ARGV[2]  the member; its last field is the number of trades, the kline's version
-- ARGV[3]  that number
-- ARGV[4]  how many klines the set keeps, the newest
-- ARGV[5]  seconds until a set that nobody writes to expires
-- ARGV[6]  'force' to put it whatever version is there; only an operator's rebuild sends it
--
-- Returns 1 when it was put, 0 when the set held a newer version.
local key, open_time, member = KEYS[1], ARGV[1], ARGV[2]
local trades, kept, expiry = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local guarded = ARGV[6] ~= 'force'

local held = redis.call('ZRANGEBYSCORE', key, open_time, open_time)
for _, other in ipairs(held) do
    -- anchored and greedy: without the first part Lua would look from every character on
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
    -- only then there is one more than before
    redis.call('ZREMRANGEBYRANK', key, 0, -(kept + 1))
end
redis.call('EXPIRE', key, expiry)
return 1
