package io.dexklines.relay.stream;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a stream, one of
 *
 * <ul>
 *   <li>{@code {chain_id}:{pair_addr}@kline_{interval}}: every version of a pair's klines,
 *   <li>{@code {chain_id}:{pair_addr}@kline_{interval}_closed}: closed klines only,
 *   <li>{@code {chain_id}@smartmoney}: trades of smart-money wallets,
 *   <li>{@code user:{user_id}@alerts}: the notifications of one user.
 * </ul>
 *
 * <p>Names consist of printable ASCII without quotes, backslashes and slashes, so they need no
 * escaping in JSON and paths. Addresses that start with {@code 0x} are converted to lower case;
 * others are case-sensitive.
 *
 * @param text the complete name
 * @param closedOnly whether the stream carries closed klines only
 * @param userId the user whose alerts the stream carries; null for other streams
 */
public record StreamName(String text, Kind kind, boolean closedOnly, String userId) {

    /** The kinds of messages on a stream. */
    public enum Kind {
        KLINE,
        SMART_MONEY,
        ALERTS
    }

    private static final String KLINE_PREFIX = "@kline_";
    private static final String CLOSED_SUFFIX = "_closed";
    private static final String WORD = "[!-~&&[^\"\\\\/@]]{1,128}";

    private static final Pattern KLINE =
            Pattern.compile(
                    "([0-9]{1,19}):("
                            + WORD
                            + ")"
                            + KLINE_PREFIX
                            + "([0-9]{1,2}[smhdwM])("
                            + CLOSED_SUFFIX
                            + ")?");
    private static final Pattern SMART_MONEY = Pattern.compile("[0-9]{1,19}@smartmoney");
    private static final Pattern ALERTS = Pattern.compile("user:(" + WORD + ")@alerts");

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException if the name is invalid; the message is shown to the client
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

    /** Returns the pair of a kline stream, {@code {chain_id}:{pair_addr}}. */
    String pair() {
        return pairOf(text);
    }

    /** Returns the pair of the kline stream with the given name. */
    static String pairOf(String klineStream) {
        return klineStream.substring(0, klineStream.indexOf('@'));
    }

    /** Returns the code of the interval of a kline stream. */
    String interval() {
        return ofAllVersions().substring(text.indexOf('@') + KLINE_PREFIX.length());
    }

    /** Returns the name of the stream without {@code _closed}. */
    String ofAllVersions() {
        return closedOnly ? text.substring(0, text.length() - CLOSED_SUFFIX.length()) : text;
    }

    /** Returns the name of the stream that carries the closed klines of {@code klineStream}. */
    static String ofClosedOnly(String klineStream) {
        return klineStream + CLOSED_SUFFIX;
    }

    @Override
    public String toString() {
        return text;
    }
}
