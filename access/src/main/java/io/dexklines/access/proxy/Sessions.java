package io.dexklines.access.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The browsers that have logged in. A session is a path and a cookie for that path only: browsers
 * send cookies to all ports of a host, and so to other programs on this machine, which do not know
 * the path. Not thread-safe.
 */
final class Sessions {

    static final Duration LENGTH = Duration.ofHours(12);

    /** The most sessions at a time. Another one ends the oldest. */
    static final int MAX = 64;

    private static final int ID_BYTES = 16;
    private static final int COOKIE_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /**
     * @param id the first segment of all paths of the session
     * @param cookie the value of the cookie
     */
    record Session(String id, String cookie, long endMs) {}

    Sessions(Clock clock) {
        this.clock = clock;
    }

    Session open() {
        Session session =
                new Session(
                        random(ID_BYTES), random(COOKIE_BYTES), clock.millis() + LENGTH.toMillis());
        Iterator<Session> oldestFirst = sessions.values().iterator();
        while (oldestFirst.hasNext()
                && (oldestFirst.next().endMs() < clock.millis() || sessions.size() >= MAX)) {
            oldestFirst.remove();
        }
        sessions.put(session.id(), session);
        return session;
    }

    /** Returns whether a session has this path and cookie, and has not ended. */
    boolean has(String id, String cookie) {
        Session session = sessions.get(id);
        return session != null
                && clock.millis() <= session.endMs()
                && MessageDigest.isEqual(bytes(session.cookie()), bytes(cookie));
    }

    private String random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
