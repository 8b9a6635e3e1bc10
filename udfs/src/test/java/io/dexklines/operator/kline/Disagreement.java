package io.dexklines.operator.kline;

/** The engine and the oracle disagree. */
final class Disagreement extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** About what. */
    enum Subject {
        /** An emitted number is not the oracle's. */
        VALUE,
        /** A kline was emitted that has no trade, or twice the same, or out of order. */
        EMISSION,
        /** A larger kline is not the merge of the smaller ones. */
        MERGE,
        /** Fewer trades than before, or closed no more. */
        VERSION,
        /** A change did not leave within the live interval. */
        LIVE,
        /** A kline did not close at once. */
        CLOSE,
        /** A trade is not excluded that should be, or is and should not. */
        EXCLUSION,
        /** Trades are lost or found twice. */
        LEDGER,
        /** State or timers are left when all has ended. */
        LEFTOVER,
        /** A sink that follows the rule of versions ends with something else. */
        TABLE
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
