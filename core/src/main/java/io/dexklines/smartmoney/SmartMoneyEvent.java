package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * An event of smart money for subscribers: a hit, a notification or a cluster, with its place in
 * the order of all events.
 *
 * <p>Format between operators and in the state of sinks, version 1: the version; the event's id; 1
 * and a hit, 2 and a notification, or 3 and a cluster.
 *
 * @param eventId the place in the order of events: microseconds since the epoch, at about the time
 *     when the event was found, and greater than those of all events before it; {@link #UNORDERED}
 *     before it is known
 * @param trade the hit; null if the event is of another kind
 * @param notification the notification; null if the event is of another kind
 * @param cluster the cluster; null if the event is of another kind
 */
public record SmartMoneyEvent(
        long eventId, SmartMoneyTrade trade, Notification notification, ClusterAlert cluster) {

    /** The id of an event that has no place in the order yet. */
    public static final long UNORDERED = 0;

    private static final int VERSION = 1;
    private static final int TRADE = 1;
    private static final int NOTIFICATION = 2;
    private static final int CLUSTER = 3;

    private static final int MICROS_PER_MILLI = 1_000;

    /** Returns the event of a hit, without a place in the order. */
    public static SmartMoneyEvent of(SmartMoneyTrade trade) {
        return new SmartMoneyEvent(UNORDERED, trade, null, null);
    }

    /** Returns the event of a notification, without a place in the order. */
    public static SmartMoneyEvent of(Notification notification) {
        return new SmartMoneyEvent(UNORDERED, null, notification, null);
    }

    /** Returns the event of a cluster, without a place in the order. */
    public static SmartMoneyEvent of(ClusterAlert cluster) {
        return new SmartMoneyEvent(UNORDERED, null, null, cluster);
    }

    /** Returns this event at a place in the order. */
    public SmartMoneyEvent at(long id) {
        return new SmartMoneyEvent(id, trade, notification, cluster);
    }

    /**
     * Returns the least id of an event at a time that is greater than the id before it.
     *
     * @param beforeId the id of the event before
     * @param nowMs the time, epoch milliseconds
     */
    public static long nextId(long beforeId, long nowMs) {
        return Math.max(beforeId + 1, nowMs * MICROS_PER_MILLI);
    }

    /** Returns the time at which the event got its id, epoch milliseconds. */
    public long eventTimeMs() {
        return eventId / MICROS_PER_MILLI;
    }

    /** Returns the name of the stream on which the event is published. */
    public String stream() {
        if (notification != null) {
            return "user:" + notification.userId() + "@alerts";
        }
        return (trade != null ? trade.trade().chainId() : cluster.chainId()) + "@smartmoney";
    }

    /** Returns what identifies the event in its stream, the same whenever it is computed. */
    public String id() {
        if (trade != null) {
            return trade.id();
        }
        return notification != null ? notification.id() : cluster.id();
    }

    /** Returns the block time of the trade, or of the last one of a cluster, epoch seconds. */
    public long blockTimeSeconds() {
        if (cluster != null) {
            return cluster.lastTimeSeconds();
        }
        SmartMoneyTrade found = trade != null ? trade : notification.trade();
        return found.trade().position().blockTimeSeconds();
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(eventId);
        if (trade != null) {
            out.writeByte(TRADE);
            trade.write(out);
        } else if (notification != null) {
            out.writeByte(NOTIFICATION);
            notification.write(out);
        } else {
            out.writeByte(CLUSTER);
            cluster.write(out);
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version or the kind of the event is unknown
     */
    public static SmartMoneyEvent read(DataInput in) throws IOException {
        FormatVersion.read(in, "smart-money events", VERSION);
        long eventId = in.readLong();
        int kind = in.readByte();
        return switch (kind) {
            case TRADE -> of(SmartMoneyTrade.read(in)).at(eventId);
            case NOTIFICATION -> of(Notification.read(in)).at(eventId);
            case CLUSTER -> of(ClusterAlert.read(in)).at(eventId);
            default -> throw new IOException("cannot read a smart-money event of kind " + kind);
        };
    }
}
