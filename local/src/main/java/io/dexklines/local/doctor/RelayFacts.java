package io.dexklines.local.doctor;

/**
 * What a relay answers to the job.
 *
 * @param healthStatus the status of {@code /healthz}
 * @param token what became of the token
 */
record RelayFacts(int healthStatus, Token token) {

    /** Whether the relay accepts the publisher's token. */
    enum Token {
        ACCEPTED,
        REFUSED,
        /** The address is not one of publishers, or is none of a relay. */
        NOT_ASKED
    }
}
