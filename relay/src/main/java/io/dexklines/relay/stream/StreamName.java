package io.dexklines.relay.stream;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a stream, one of
 *
 * <ul>
 *   <li>{@code {chain_id}:{pair_addr}@kline_{interval}}: every version of the pair's klines,
 *   <li>the same with {@code _closed} behind it: closed ones only,
 *   <li>{@code {chain_id}@smartmoney}: trades of followed wallets,
 *   <li>{@code user:{user_id}@alerts}: one user's notifications.
 * </ul>
 *
 * Names consist of printable ASCII without quotes, backslashes and slashes, so they stand in JSON
 * and in paths as they are. An address that starts with {@code 0x} is held in lower case; others
 * are case-sensitive.
 */
public final class StreamName {

    /** What a stream carries. */
    public enum Kind {
        KLINE,
        SMART_MONEY,
        ALERTS
    }

    private static final String CLOSED_SUFFIX = "_closed";
    private static final String WORD = "[!-~&&[^\"\\\\/@]]{1,128}";

    private static final Pattern KLINE =
            Pattern.compile(
                    "([0-9]{1,19}):("
                            + WORD
                            + ")@kline_([0-9]{1,2}[smhdwM])("
                            + CLOSED_SUFFIX
                            + ")?");
    private static final Pattern SMART_MONEY = Pattern.compile("[0-9]{1,19}@smartmoney");
    private static final Pattern ALERTS = Pattern.compile("user:(" + WORD + ")@alerts");

    private final String text;
    private final Kind kind;
    private final boolean closedOnly;
    private final String userId;

    private StreamName(String text, Kind kind, boolean closedOnly, String userId) {
        this.text = text;
        this.kind = kind;
        this.closedOnly = closedOnly;
        this.userId = userId;
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is none; the message may be shown to whoever sent it
     */
    public static StreamName parse(String text) {
        Matcher kline = KLINE.matcher(text);
        if (kline.matches()) {
            boolean closedOnly = kline.group(4) != null;
            return new StreamName(withEvmAddressInLowerCase(kline), Kind.KLINE, closedOnly, null);
        }
        if (SMART_MONEY.matcher(text).matches()) {
            return new StreamName(text, Kind.SMART_MONEY, false, null);
        }
        Matcher alerts = ALERTS.matcher(text);
        if (alerts.matches()) {
            return new StreamName(text, Kind.ALERTS, false, alerts.group(1));
        }
        throw new IllegalArgumentException(
                "unknown stream, expected one of {chain_id}:{pair_addr}@kline_{interval}[_closed],"
                        + " {chain_id}@smartmoney, user:{user_id}@alerts");
    }

    private static String withEvmAddressInLowerCase(Matcher kline) {
        String address = kline.group(2);
        if (!address.regionMatches(true, 0, "0x", 0, 2)) {
            return kline.group();
        }
        return kline.group().replace(address, address.toLowerCase(Locale.ROOT));
    }

    /** The name in full. */
    public String text() {
        return text;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether this is the stream of a pair's closed klines only. */
    public boolean closedOnly() {
        return closedOnly;
    }

    /**
     * The stream of all versions that a stream of closed klines is a part of; itself if it is none.
     */
    String ofAllVersions() {
        return closedOnly ? text.substring(0, text.length() - CLOSED_SUFFIX.length()) : text;
    }

    /** The stream of the closed klines among those of {@code klineStream}. */
    static String ofClosedOnly(String klineStream) {
        return klineStream + CLOSED_SUFFIX;
    }

    /** Whose alerts these are; null unless the stream carries alerts. */
    public String userId() {
        return userId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamName && text.equals(((StreamName) other).text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
