package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * A row is a hash with a version that never goes back. A deleted row leaves its version behind for
 * a while, so that an older write, or one of the same version, does not bring it back.
 *
 * <p>Versions are compared as the decimal texts they are: exactly, where a number of Lua is exact
 * up to 2^53 only.
 */
final class VersionedHashConverter extends RowConverter {
    private static final long serialVersionUID = 1L;

    /** The field by which a hash is known as the rest of a deleted row. */
    static final String DELETED_FIELD = "~deleted";

    /** What both scripts need: whether one integer is larger than another, both as texts. */
    private static final String LARGER =
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
     * KEYS: the hash. ARGV: field of the version, version, time to live in milliseconds or 0, how
     * many fields have to go, these fields, then name and value of those to set.
     */
    static final RedisScript UPSERT =
            RedisScript.of(
                    LARGER
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

    /** KEYS: the hash. ARGV: field of the version, version, how long to keep it in milliseconds. */
    static final RedisScript DELETE =
            RedisScript.of(
                    LARGER
                            + """
                            redis.call('DEL', KEYS[1])
                            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '~deleted', '1')
                            redis.call('PEXPIRE', KEYS[1], ARGV[3])
                            return 1
                            """);

    private final RowKey key;
    private final List<ColumnText> fields;
    private final ColumnText version;
    private final long ttlMs;
    private final long tombstoneTtlMs;

    /**
     * @param fields the columns to write, the version among them
     * @param version an integer column
     * @param ttlMs the time to live, 0 for none
     * @param tombstoneTtlMs how long the version of a deleted row is kept
     */
    VersionedHashConverter(
            RowKey key,
            List<ColumnText> fields,
            ColumnText version,
            long ttlMs,
            long tombstoneTtlMs) {
        this.key = key;
        this.fields = List.copyOf(fields);
        this.version = version;
        this.ttlMs = ttlMs;
        this.tombstoneTtlMs = tombstoneTtlMs;
    }

    @Override
    List<RedisCommand> upsert(RowData row) {
        List<byte[]> gone = new ArrayList<>();
        List<byte[]> set = new ArrayList<>(2 * fields.size());
        for (ColumnText field : fields) {
            byte[] value = field.bytes(row);
            byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
            if (value == null) {
                gone.add(name);
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
                        .arg(gone.size());
        gone.forEach(call::arg);
        set.forEach(call::arg);
        return List.of(call.build());
    }

    /** The row has to be there in full, for its version. */
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
        byte[] value = version.bytes(row);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the version '" + version.name() + "' of a row is NULL");
        }
        return value;
    }
}
