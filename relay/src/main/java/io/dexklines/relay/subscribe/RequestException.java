package io.dexklines.relay.subscribe;

/** Thrown if a request is answered with an error. Codes and messages are those of Binance. */
final class RequestException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The kinds of errors with their codes. */
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

        int code() {
            return code;
        }
    }

    private final Reason reason;

    RequestException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static RequestException invalid(String what) {
        return new RequestException(Reason.INVALID_REQUEST, "Invalid request: " + what);
    }

    int code() {
        return reason.code();
    }
}
