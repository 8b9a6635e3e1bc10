package io.dexklines.relay.api;

/** A request that is answered with an error; codes are those of Binance's interface. */
final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a request can fail for. */
    enum Reason {
        MISSING_PARAMETER(400, -1102),
        ILLEGAL_PARAMETER(400, -1100),
        UNKNOWN_PARAMETER(400, -1101),
        UNKNOWN_SYMBOL(404, -1121),
        UNAVAILABLE(503, -1001),
        OVERLOADED(503, -1008),
        FAILED(500, -1000);

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
