package io.dexklines.operator.smartmoney;

/** An error of a simulation in which the stage and the oracle disagree. */
final class Disagreement extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** The subject of a disagreement. */
    enum Subject {
        /** The filter dropped a trade of a wallet that was listed when it was read. */
        MISSED,
        /**
         * The filter sent a trade that it did not receive, sent one twice, or with another time; or
         * an operator sent something when its input ended.
         */
        INVENTED,
        /** The filter passed a trade of a wallet that was never listed. */
        UNFILTERED,
        /** The found trades differ from those of the oracle. */
        FOUND,
        /** The notified users differ from those of the oracle. */
        NOTIFIED,
        /** The clusters differ from those of the oracle. */
        CLUSTERS,
        /** The same trade is found twice. */
        TWICE,
        /** A watermark differs from the progress of the lists. */
        PROGRESS,
        /** State or timers are left, or there are too many timers. */
        LEFTOVER
    }

    private final Subject subject;

    Disagreement(Subject subject, String what, Object... args) {
        super(subject + ": " + String.format(what, args));
        this.subject = subject;
    }

    Subject subject() {
        return subject;
    }
}
