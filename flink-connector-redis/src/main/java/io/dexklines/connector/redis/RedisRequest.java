package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** The commands of one element as they wait in the buffer and in checkpoints. */
@Internal
public final class RedisRequest implements Serializable {
    private static final long serialVersionUID = 1L;

    private final List<RedisCommand> commands;
    private final long sizeInBytes;

    /** How often this was sent in vain; a restored request starts anew. */
    private transient int failedAttempts;

    /** When it was first sent in vain, by the clock of this process; meaningless before. */
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

    long failingForMs(long nowNanos) {
        return failedAttempts == 0 ? 0 : (nowNanos - firstFailureNanos) / 1_000_000;
    }
}
