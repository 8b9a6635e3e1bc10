package io.dexklines.relay.resume;

/** Thrown if a stream cannot go on where its client asks for. Codes are those of Binance's API. */
public final class ResumeException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The reasons. */
    public enum Reason {
        /** The stores do not have everything since then. */
        TOO_OLD("too_old", -1130),
        /** A store does not answer. */
        UNAVAILABLE("unavailable", -1001),
        /** The stores lag behind what was published. */
        BEHIND("behind", -1001),
        /** The client asks for too much. */
        TOO_MANY_REQUESTS("too_many_requests", -1003);

        private final String label;
        private final int code;

        Reason(String label, int code) {
            this.label = label;
            this.code = code;
        }

        /** Returns the name of the reason in messages. */
        public String label() {
            return label;
        }

        /** Returns the code of the reason in messages. */
        public int code() {
            return code;
        }
    }

    private final Reason reason;
    private final Long from;

    private ResumeException(Reason reason, String message, Long from) {
        super(message);
        this.reason = reason;
        this.from = from;
    }

    /**
     * @param from the earliest {@code since} that can be answered
     */
    static ResumeException tooOld(long from) {
        return new ResumeException(
                Reason.TOO_OLD, "`since` lies further back than is kept, from " + from, from);
    }

    static ResumeException behind() {
        return new ResumeException(
                Reason.BEHIND, "the stores are behind what was published, try again later", null);
    }

    static ResumeException unavailable(String message) {
        return new ResumeException(Reason.UNAVAILABLE, message, null);
    }

    /** Returns that the client has to wait. */
    public static ResumeException tooMany() {
        return new ResumeException(
                Reason.TOO_MANY_REQUESTS,
                "too many requests with `since` from this address, try again later",
                null);
    }

    public Reason reason() {
        return reason;
    }

    /** Returns the earliest {@code since} that can be answered; null if it is unknown. */
    public Long from() {
        return from;
    }
}
