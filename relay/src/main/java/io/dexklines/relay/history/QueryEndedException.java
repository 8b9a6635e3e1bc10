package io.dexklines.relay.history;

/** Thrown by a query that ends without a result, although the stores are reachable. */
public final class QueryEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a query ends. */
    public enum Reason {
        /** Nobody waits for the result. */
        CANCELLED,
        /** The query took too long. */
        DEADLINE
    }

    private final Reason reason;

    public QueryEndedException(Reason reason) {
        super("the query ended: " + reason);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
