package io.dexklines.operator.smartmoney;

/** The stage and the oracle disagree. */
final class Disagreement extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** About what. */
    enum Subject {
        /** The filter dropped a trade of a wallet that was listed when it was read. */
        MISSED,
        /** The filter sent a trade that it was not given, twice, or with another time. */
        INVENTED,
        /** The filter let a trade pass of a wallet that was never listed. */
        UNFILTERED,
        /** What is found of trades is not the oracle's. */
        FOUND,
        /** The notified users differ from those of the oracle. */
        NOTIFIED,
        /** The clusters are not the oracle's. */
        CLUSTERS,
        /** The same trade is found twice. */
        TWICE,
        /** A watermark is not the progress of the lists. */
        PROGRESS,
        /** State or timers are left, or are too many. */
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
