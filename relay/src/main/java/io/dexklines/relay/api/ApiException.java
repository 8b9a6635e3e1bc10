package io.dexklines.relay.api;

/** Thrown if a request is answered with an error. The codes are those of Binance's API. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The kinds of errors, with their HTTP status and code. */
    enum Reason {
        MISSING_PARAMETER(400, -1102),
        ILLEGAL_PARAMETER(400, -1100),
        UNKNOWN_PARAMETER(400, -1101),
        UNKNOWN_SYMBOL(404, -1121),
        UNAVAILABLE(503, -1001),
        OVERLOADED(503, -1008),
        TIMED_OUT(503, -1007),
        TOO_MANY_REQUESTS(429, -1003),
        FAILED(500, -1000),
        UNKNOWN_METHOD(405, -1100),
        LENGTH_MISSING(411, -1102),
        TOO_LARGE(413, -1100),
        WRONG_TYPE(415, -1100),
        UNAUTHORISED(401, -2015),
        TOO_MANY_FOLLOWS(409, -2010),
        OFF(501, -1020);

        private final int status;
        private final int code;

        Reason(int status, int code) {
            this.status = status;
            this.code = code;
        }
    }

    private final Reason reason;

    ApiException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    int status() {
        return reason.status;
    }

    int code() {
        return reason.code;
    }
}
