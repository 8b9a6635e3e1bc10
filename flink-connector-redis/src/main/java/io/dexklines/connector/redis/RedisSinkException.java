package io.dexklines.connector.redis;

import java.io.IOException;

/** A failure to write to Redis. Its message names the server, the command and Redis's reply. */
public class RedisSinkException extends IOException {
    private static final long serialVersionUID = 1L;

    public RedisSinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
