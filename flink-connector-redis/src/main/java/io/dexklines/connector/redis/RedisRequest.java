package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The commands of one element, as they are kept in the writer's buffer and in checkpoints. */
@Internal
public final class RedisRequest implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<RedisCommand> commands;
    private final long sizeInBytes;

    /** Number of failed attempts; 0 after a restore. */
    private transient int failedAttempts;

    /** Time of the first failed attempt by this process's clock; undefined before. */
    private transient long firstFailureNanos;

    RedisRequest(List<RedisCommand> commands) {
        this.commands = List.copyOf(commands);
        this.sizeInBytes = commands.stream().mapToLong(RedisCommand::sizeInBytes).sum();
    }

    List<RedisCommand> commands() {
        return commands;
    }

    long sizeInBytes() {
        return sizeInBytes;
    }

    void failedAt(long nowNanos) {
        if (failedAttempts == 0) {
            firstFailureNanos = nowNanos;
        }
        failedAttempts++;
    }

    int failedAttempts() {
        return failedAttempts;
    }

    /** Returns the time since the first failed attempt, in milliseconds; 0 if none failed. */
    long failingForMs(long nowNanos) {
        return failedAttempts == 0 ? 0 : (nowNanos - firstFailureNanos) / 1_000_000;
    }
}
