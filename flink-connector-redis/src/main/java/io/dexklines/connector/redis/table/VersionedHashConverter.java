package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * Writes a row as a hash with a version that never decreases. A deleted row leaves its version
 * behind for a limited time, so that a write with the same or a smaller version does not restore
 * the row.
 *
 * <p>Versions are compared as decimal strings, because numbers in Lua are exact only up to 2^53.
 */
final class VersionedHashConverter extends RowConverter {
    private static final long serialVersionUID = 1L;

    /** The field that marks the hash of a deleted row. */
    static final String DELETED_FIELD = "~deleted";

    /** The first part of both scripts. It ends the script if Redis holds a larger version. */
    private static final String SKIP_IF_OLDER =
            """
            local function larger(a, b)
                if a == b then
                    return false
                end
                local negative = string.sub(a, 1, 1) == '-'
                if negative ~= (string.sub(b, 1, 1) == '-') then
                    return not negative
                end
                if #a ~= #b then
                    return (#a > #b) ~= negative
                end
                return (a > b) ~= negative
            end
            local held = redis.call('HGET', KEYS[1], ARGV[1])
            if held and not string.match(held, '^-?%d+$') then
                held = false
            end
            if held and larger(held, ARGV[2]) then
                return 0
            end
            """;

    /**
     * KEYS: the hash. ARGV: name of the version field, version, time to live in milliseconds or 0,
     * number of fields to delete, their names, then name and value of each field to set.
     */
    static final RedisScript UPSERT =
            RedisScript.of(
                    SKIP_IF_OLDER
                            + """
                            local deleted = redis.call('HEXISTS', KEYS[1], '~deleted') == 1
                            if deleted and held == ARGV[2] then
                                return 0
                            end
                            local gone = tonumber(ARGV[4])
                            redis.call('HSET', KEYS[1], unpack(ARGV, 5 + gone))
                            redis.call('HDEL', KEYS[1], '~deleted', unpack(ARGV, 5, 4 + gone))
                            if ARGV[3] ~= '0' then
                                redis.call('PEXPIRE', KEYS[1], ARGV[3])
                            elseif deleted then
                                redis.call('PERSIST', KEYS[1])
                            end
                            return 1
                            """);

    /** KEYS: the hash. ARGV: name of the version field, version, its time to live in ms. */
    static final RedisScript DELETE =
            RedisScript.of(
                    SKIP_IF_OLDER
                            + """
                            redis.call('DEL', KEYS[1])
                            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '~deleted', '1')
                            redis.call('PEXPIRE', KEYS[1], ARGV[3])
                            return 1
                            """);

    private final List<ColumnEncoder> fields;
    private final ColumnEncoder version;
    private final long tombstoneTtlMs;

    /**
     * @param fields the columns to write, including the version
     * @param version an integer column
     * @param ttlMs the time to live; 0 for none
     * @param tombstoneTtlMs the time to live of the version of a deleted row
     */
    VersionedHashConverter(
            RowKey key,
            List<ColumnEncoder> fields,
            ColumnEncoder version,
            long ttlMs,
            long tombstoneTtlMs) {
        super(key, ttlMs);
        this.fields = List.copyOf(fields);
        this.version = version;
        this.tombstoneTtlMs = tombstoneTtlMs;
    }

    @Override
    List<RedisCommand> upsert(RowData row) {
        List<byte[]> cleared = new ArrayList<>();
        List<byte[]> set = new ArrayList<>(2 * fields.size());
        for (ColumnEncoder field : fields) {
            byte[] value = field.bytes(row);
            byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
            if (value == null) {
                cleared.add(name);
            } else {
                set.add(name);
                set.add(value);
            }
        }
        RedisCommand.Builder call =
                RedisCommand.call(UPSERT)
                        .key(key.of(row))
                        .arg(version.name())
                        .arg(versionOf(row))
                        .arg(ttlMs)
                        .arg(cleared.size());
        cleared.forEach(call::arg);
        set.forEach(call::arg);
        return List.of(call.build());
    }

    /** Deletes a row, which has to be complete, because its version is needed. */
    @Override
    List<RedisCommand> delete(RowData row) {
        return List.of(
                RedisCommand.call(DELETE)
                        .key(key.of(row))
                        .arg(version.name())
                        .arg(versionOf(row))
                        .arg(tombstoneTtlMs)
                        .build());
    }

    private byte[] versionOf(RowData row) {
        return version.requiredBytes(row, "the version column");
    }
}
