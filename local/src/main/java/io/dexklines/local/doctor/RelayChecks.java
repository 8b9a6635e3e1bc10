package io.dexklines.local.doctor;

import io.dexklines.local.doctor.RelayFacts.Token;
import java.net.URI;

/** Decides whether a job can publish to a relay. */
final class RelayChecks {

    private static final int OK = 200;

    private RelayChecks() {}

    static Finding publisher(URI relay, RelayFacts facts) {
        String subject = subject(relay);
        if (facts.token() == Token.REFUSED) {
            return Finding.problem(
                    subject,
                    "it refuses the token",
                    "give relay.token the value of the relay's --publisher-token");
        }
        return facts.token() == Token.ACCEPTED && facts.healthStatus() == OK
                ? Finding.ok(subject, "up, and accepts the token")
                : notOfPublishers(subject, facts);
    }

    private static Finding notOfPublishers(String subject, RelayFacts facts) {
        return Finding.problem(
                subject,
                "no publisher is served there (/healthz answers %d)"
                        .formatted(facts.healthStatus()),
                "name the relay's admin port, as in ws://host:8090/publish");
    }

    static Finding history(URI relay, RelayFacts facts) {
        return facts.healthStatus() == OK
                ? Finding.ok(subject(relay), "up, for check.relay-urls")
                : Finding.problem(
                        subject(relay),
                        "/healthz answers %d".formatted(facts.healthStatus()),
                        "correct check.relay-urls, or look at the relay's log");
    }

    static String subject(URI relay) {
        return "relay " + relay.getAuthority();
    }
}
