package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of {@link Notification} on their way to who sends them: they begin with a version.
 *
 * <p>Version 1: the version; id; user; smart-money trade.
 */
public final class NotificationCodec {

    private static final int VERSION = 1;

    private NotificationCodec() {}

    /** Writes the newest version. */
    public static void write(Notification notification, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(notification.id());
        out.writeUTF(notification.userId());
        SmartMoneyTradeCodec.write(notification.trade(), out);
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static Notification read(DataInput in) throws IOException {
        FormatVersion.read(in, "notifications", VERSION);
        return new Notification(in.readUTF(), in.readUTF(), SmartMoneyTradeCodec.read(in));
    }
}
