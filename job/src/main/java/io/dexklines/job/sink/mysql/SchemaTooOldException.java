package io.dexklines.job.sink.mysql;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The tables of a database are older than the job needs. The message says how to migrate them. The
 * job fails for good, since a restart would find the same tables.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class SchemaTooOldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SchemaTooOldException(String message, Throwable cause) {
        super(message, cause);
    }
}
