package io.dexklines.operator.kline;

/** An error of a simulation in which the engine and the oracle disagree. */
final class Disagreement extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** The subject of a disagreement. */
    enum Subject {
        /** An emitted number differs from that of the oracle. */
        VALUE,
        /** A kline was emitted without a trade, unchanged, or out of order. */
        EMISSION,
        /** A larger kline is not the merge of its smaller ones. */
        MERGE,
        /** A kline has fewer trades than before, or is open after it was closed. */
        VERSION,
        /** A change was not emitted within the live interval. */
        LIVE,
        /** A kline was not emitted as closed at the watermark of its close. */
        CLOSE,
        /** A trade was wrongly excluded or wrongly counted. */
        EXCLUSION,
        /** Trades are lost or counted twice. */
        LEDGER,
        /** State or timers are left when all klines have ended. */
        LEFTOVER,
        /** A sink that keeps the newest version of each kline ends with wrong rows. */
        TABLE,
        /** A clock made a trade of an orderly feed late, or it stands. */
        CLOCK
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
