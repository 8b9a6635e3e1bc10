package io.dexklines.relay.subscribe;

/** A request that is answered with an error; codes and messages are those of Binance's streams. */
final class RefusedRequest extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a request can fail for, with the code it is answered with. */
    enum Reason {
        UNKNOWN_PROPERTY(0),
        INVALID_VALUE(1),
        INVALID_REQUEST(2),
        INVALID_JSON(3),
        UNAUTHORIZED(-2015);

        private final int code;

        Reason(int code) {
            this.code = code;
        }
    }

    private final Reason reason;

    RefusedRequest(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static RefusedRequest invalid(String what) {
        return new RefusedRequest(Reason.INVALID_REQUEST, "Invalid request: " + what);
    }

    int code() {
        return reason.code;
    }
}
