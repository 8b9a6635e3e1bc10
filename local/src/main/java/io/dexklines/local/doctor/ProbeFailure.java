package io.dexklines.local.doctor;

/** The reason why a server could not be examined. */
final class ProbeFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean isUnreachable;
    private final String advice;

    private ProbeFailure(boolean isUnreachable, String message, String advice) {
        super(message);
        this.isUnreachable = isUnreachable;
        this.advice = advice;
    }

    /** A server that does not answer, or not in time. */
    static ProbeFailure unreachable(String message, String advice) {
        return new ProbeFailure(true, message, advice);
    }

    /** A server that answers and refuses, or a configuration with which it cannot be asked. */
    static ProbeFailure refused(String message, String advice) {
        return new ProbeFailure(false, message, advice);
    }

    Finding finding(String subject) {
        return isUnreachable
                ? Finding.unreachable(subject, getMessage(), advice)
                : Finding.problem(subject, getMessage(), advice);
    }
}
