package io.dexklines.job.sink.relay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.sink.Json;
import io.dexklines.job.sink.SmartMoneyJson;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import java.time.Clock;

/** Converts smart-money results to events. */
final class SmartMoneyEvents {

    private SmartMoneyEvents() {}

    /** Returns an event of type {@code smartmoney} on the stream {@code {chain_id}@smartmoney}. */
    static RelayEvent of(SmartMoneyTrade found, Clock clock) {
        return event(
                found.trade().chainId() + "@smartmoney",
                SmartMoneyJson.DIGITS.add(begin("smartmoney", clock), found));
    }

    /** Returns an event of type {@code alert} on the stream {@code user:{user_id}@alerts}. */
    static RelayEvent of(Notification notification, Clock clock) {
        return event(
                "user:" + notification.userId() + "@alerts",
                SmartMoneyJson.DIGITS.add(begin("alert", clock), notification));
    }

    /** Returns an event of type {@code cluster} on the stream {@code {chain_id}@smartmoney}. */
    static RelayEvent of(ClusterAlert alert, Clock clock) {
        return event(
                alert.chainId() + "@smartmoney",
                SmartMoneyJson.DIGITS.add(begin("cluster", clock), alert));
    }

    private static ObjectNode begin(String type, Clock clock) {
        return Json.object().put("e", type).put("E", clock.millis());
    }

    private static RelayEvent event(String stream, ObjectNode data) {
        return new RelayEvent(stream, Json.text(data));
    }
}
