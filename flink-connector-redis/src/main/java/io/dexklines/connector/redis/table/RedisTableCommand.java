package io.dexklines.connector.redis.table;

/** What a row of a table is in Redis. */
public enum RedisTableCommand {
    /**
     * A hash: the primary key makes the key, every other column is a field. A column that is NULL
     * has no field.
     */
    HSET,

    /** A string: the primary key makes the key, the one other column is the value. */
    SET,

    /**
     * A member of a sorted set: the last column of the primary key is the member, those before make
     * the key of the set, the one other column is the score.
     */
    ZADD
}
