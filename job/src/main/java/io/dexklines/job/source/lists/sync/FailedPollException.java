package io.dexklines.job.source.lists.sync;

/** Thrown if a poll could not read the database, or could not read or write the topics. */
final class FailedPollException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message says for the user which server failed, and why
     */
    FailedPollException(String message, Throwable cause) {
        super(message, cause);
    }
}
