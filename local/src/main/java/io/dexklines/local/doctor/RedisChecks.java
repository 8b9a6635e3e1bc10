package io.dexklines.local.doctor;

import java.util.ArrayList;
import java.util.List;

/** Decides whether a job can write to a server of Redis. */
final class RedisChecks {

    private static final String KEEPS_ALL = "noeviction";

    private RedisChecks() {}

    /**
     * @param user the job's user
     * @param keys the pattern of the job's keys, such as {@code kline:*}
     */
    static List<Finding> findings(String user, String keys, RedisFacts facts) {
        String subject = "Redis " + facts.address();
        List<Finding> findings = new ArrayList<>();
        String version = facts.version().orElse("before 6");
        if (!facts.isMaster()) {
            findings.add(
                    Finding.problem(
                            subject,
                            "it is a replica, which refuses writes",
                            "name the master, or the sentinels, in redis.uri"));
        } else {
            findings.add(
                    Finding.ok(subject, "version %s, a master, user %s".formatted(version, user)));
            findings.add(rights(subject, user, keys, facts));
        }
        findings.add(policy(subject, facts));
        return findings;
    }

    private static Finding rights(String subject, String user, String keys, RedisFacts facts) {
        String grant =
                "ACL SETUSER %s ~%s +@read +@write +@scripting +@connection -@dangerous"
                        .formatted(user, keys);
        if (facts.writeRefusal().isPresent()) {
            String why = facts.writeRefusal().get();
            if (why.startsWith("NOPERM")) {
                return Finding.problem(subject, "%s may not write %s".formatted(user, keys), grant);
            }
            return Finding.problem(
                    subject,
                    "it refuses writes (%s)".formatted(why),
                    why.startsWith("OOM")
                            ? "raise maxmemory (docs/scaling.md)"
                            : "look at its log");
        }
        return facts.mayRunScripts()
                ? Finding.ok(subject, "%s may write %s and run scripts".formatted(user, keys))
                : Finding.problem(subject, "%s may not run scripts".formatted(user), grant);
    }

    private static Finding policy(String subject, RedisFacts facts) {
        if (facts.policy().isEmpty()) {
            return Finding.ok(
                    subject,
                    "the user may not read maxmemory-policy, as is right; it has to be "
                            + KEEPS_ALL);
        }
        String policy = facts.policy().get();
        if (!policy.equals(KEEPS_ALL)) {
            return Finding.problem(
                    subject,
                    "maxmemory-policy is %s, so klines vanish unnoticed".formatted(policy),
                    "set it to " + KEEPS_ALL);
        }
        return facts.maxMemoryBytes().orElse(0) == 0
                ? Finding.warning(
                        subject,
                        "maxmemory is not set, so the system ends a Redis that outgrows it",
                        "set it (docs/scaling.md)")
                : Finding.ok(subject, "maxmemory-policy is " + KEEPS_ALL);
    }
}
