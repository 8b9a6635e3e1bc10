package io.dexklines.relay.store;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.resume.PastEvent;
import io.dexklines.relay.resume.PastEvents;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the table {@code smart_money_notification}. All servers are asked, since the events of a
 * stream stay where they are when the list of servers changes.
 */
public final class MySqlEvents implements PastEvents {

    private static final String AFTER =
            """
            SELECT event_id, id, payload
            FROM smart_money_notification FORCE INDEX (by_event)
            WHERE stream = ? AND event_id > ?
            ORDER BY event_id
            LIMIT ?
            """;

    private static final String KNOWN =
            "SELECT id FROM smart_money_notification WHERE stream = ? AND id = ? LIMIT 1";

    private final MySqlServers mysql;

    public MySqlEvents(MySqlServers mysql) {
        this.mysql = mysql;
    }

    @Override
    public Page after(
            StreamName stream, long eventId, int limit, String knownId, Cancellation cancellation) {
        List<List<PastEvent>> byServer = new ArrayList<>();
        boolean hasKnown = false;
        for (int server = 0; server < mysql.count(); server++) {
            cancellation.check();
            // before the events, so that they have all that are before the known one
            hasKnown |= knownId != null && has(server, stream, knownId, cancellation);
            byServer.add(
                    mysql.query(
                            server,
                            AFTER,
                            List.of(stream.text(), eventId, limit),
                            row ->
                                    new PastEvent(
                                            row.getLong(1),
                                            row.getString(2),
                                            row.getString(3).getBytes(StandardCharsets.US_ASCII)),
                            cancellation));
        }
        return merge(byServer, limit, hasKnown);
    }

    private boolean has(int server, StreamName stream, String id, Cancellation cancellation) {
        return !mysql.query(
                        server,
                        KNOWN,
                        List.of(stream.text(), id),
                        row -> row.getString(1),
                        cancellation)
                .isEmpty();
    }

    /** Merges what the servers have, up to where the first of them may have more. */
    static Page merge(List<List<PastEvent>> byServer, int limit, boolean hasKnown) {
        long end = Long.MAX_VALUE;
        for (List<PastEvent> events : byServer) {
            if (events.size() >= limit) {
                end = Math.min(end, events.get(events.size() - 1).eventId());
            }
        }
        List<PastEvent> all = new ArrayList<>();
        byServer.forEach(all::addAll);
        all.sort(Comparator.comparingLong(PastEvent::eventId));
        Map<String, PastEvent> byId = new LinkedHashMap<>();
        for (PastEvent event : all) {
            if (event.eventId() <= end) {
                byId.putIfAbsent(event.id(), event);
            }
        }
        return new Page(List.copyOf(byId.values()), end < Long.MAX_VALUE, hasKnown);
    }
}
