package io.dexklines.job.sink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.smartmoney.SmartMoneyEvent;

/** The payload of a smart-money event, as a relay publishes it and as the table holds it. */
public final class EventPayload {

    private EventPayload() {}

    /**
     * Returns the payload, a JSON object in ASCII on one line. Its type {@code e} is {@code
     * smartmoney} for a hit, {@code alert} for a notification and {@code cluster} for a cluster.
     *
     * @param timeMs its member {@code E}, epoch milliseconds
     */
    public static String of(SmartMoneyEvent event, long timeMs) {
        if (event.trade() != null) {
            ObjectNode json = begin("smartmoney", event, timeMs);
            return Json.text(SmartMoneyJson.DIGITS.add(json, event.trade()));
        }
        if (event.notification() != null) {
            ObjectNode json = begin("alert", event, timeMs);
            return Json.text(SmartMoneyJson.DIGITS.add(json, event.notification()));
        }
        ObjectNode json = begin("cluster", event, timeMs);
        return Json.text(SmartMoneyJson.DIGITS.add(json, event.cluster()));
    }

    private static ObjectNode begin(String type, SmartMoneyEvent event, long timeMs) {
        return Json.object().put("e", type).put("E", timeMs).put("event_id", event.eventId());
    }
}
