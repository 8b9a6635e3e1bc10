package io.dexklines.connector.redis;

import java.io.IOException;

/** Why the sink fails the job: the server, the command and the server's words stand in it. */
public class RedisSinkException extends IOException {
    private static final long serialVersionUID = 1L;

    public RedisSinkException(String message, Throwable cause) {
        super(message, cause);
    }
}
