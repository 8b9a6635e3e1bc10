package io.dexklines.relay.stream;

import io.dexklines.kline.Interval;
import io.dexklines.trade.Identifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The name of a stream, one of
 *
 * <ul>
 *   <li>{@code {chain_id}:{pair_addr}@kline_{interval}}: every version of a pair's klines,
 *   <li>{@code {chain_id}:{pair_addr}@kline_{interval}_closed}: closed klines only,
 *   <li>{@code {chain_id}:{pair_addr}@trade}: the pair's newest trades,
 *   <li>{@code {chain_id}@smartmoney}: trades of smart-money wallets,
 *   <li>{@code user:{user_id}@alerts}: the notifications of one user.
 * </ul>
 *
 * <p>Chains, addresses and users are {@link Identifier}s, so names need no escaping in JSON and
 * paths. Addresses are converted to the form in which they are stored.
 *
 * @param text the complete name
 * @param closedOnly whether the stream carries closed klines only
 * @param userId the user whose alerts the stream carries; null for other streams
 */
public record StreamName(String text, Kind kind, boolean closedOnly, String userId) {

    /** The kinds of messages on a stream. */
    public enum Kind {
        KLINE,
        TRADE,
        SMART_MONEY,
        ALERTS
    }

    private static final String KLINE_PREFIX = "@kline_";
    private static final String CLOSED_SUFFIX = "_closed";
    private static final String USER_PREFIX = "user:";
    private static final String TRADE_KIND = "@trade";
    private static final String SMART_MONEY_KIND = "@smartmoney";
    private static final String ALERTS_KIND = "@alerts";

    private static final Set<String> INTERVALS =
            Arrays.stream(Interval.values())
                    .map(Interval::code)
                    .collect(Collectors.toCollection(LinkedHashSet::new));

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException if no such stream can exist; the message is shown to the
     *     client
     */
    public static StreamName parse(String text) {
        int at = Math.max(0, text.indexOf('@'));
        String source = text.substring(0, at);
        String kind = text.substring(at);
        StreamName name =
                switch (kind) {
                    case TRADE_KIND -> ofPair(source, kind, Kind.TRADE, false);
                    case SMART_MONEY_KIND -> smartMoney(text, source);
                    case ALERTS_KIND -> alerts(text, source);
                    default -> kind.startsWith(KLINE_PREFIX) ? kline(source, kind) : null;
                };
        if (name == null) {
            throw new IllegalArgumentException(
                    "unknown stream, expected one of"
                            + " {chain_id}:{pair_addr}@kline_{interval}[_closed],"
                            + " {chain_id}:{pair_addr}@trade,"
                            + " {chain_id}@smartmoney, user:{user_id}@alerts");
        }
        return name;
    }

    private static StreamName smartMoney(String text, String chainId) {
        return Identifier.isValid(chainId)
                ? new StreamName(text, Kind.SMART_MONEY, false, null)
                : null;
    }

    private static StreamName alerts(String text, String source) {
        String userId =
                source.startsWith(USER_PREFIX) ? source.substring(USER_PREFIX.length()) : "";
        return Identifier.isValid(userId) ? new StreamName(text, Kind.ALERTS, false, userId) : null;
    }

    private static StreamName kline(String pair, String kind) {
        String code = kind.substring(KLINE_PREFIX.length());
        boolean closedOnly = code.endsWith(CLOSED_SUFFIX);
        if (closedOnly) {
            code = code.substring(0, code.length() - CLOSED_SUFFIX.length());
        }
        StreamName name = ofPair(pair, kind, Kind.KLINE, closedOnly);
        if (name != null && !INTERVALS.contains(code)) {
            throw new IllegalArgumentException(
                    "unknown interval, expected one of " + String.join(" ", INTERVALS));
        }
        return name;
    }

    /** Returns the stream of a pair; null if this is no pair. */
    private static StreamName ofPair(
            String pair, String kindOfName, Kind kind, boolean closedOnly) {
        int colon = Math.max(0, pair.indexOf(':'));
        String chainId = pair.substring(0, colon);
        String address = pair.substring(Math.min(pair.length(), colon + 1));
        if (!Identifier.isValid(chainId) || !Identifier.isValid(address)) {
            return null;
        }
        return new StreamName(
                chainId + ':' + Identifier.address(chainId, address) + kindOfName,
                kind,
                closedOnly,
                null);
    }

    /** Returns whether only the holder of the user's token may read the stream. */
    public boolean needsToken() {
        return kind == Kind.ALERTS;
    }

    /** Returns the pair of a kline stream, {@code {chain_id}:{pair_addr}}. */
    public String pair() {
        return pairOf(text);
    }

    /** Returns the pair of the kline stream with the given name. */
    static String pairOf(String klineStream) {
        return klineStream.substring(0, klineStream.indexOf('@'));
    }

    /** Returns the chain of a stream or pair, and {@code user} for alerts. */
    static String chainOf(String streamOrPair) {
        int end = 0;
        while (streamOrPair.charAt(end) != ':' && streamOrPair.charAt(end) != '@') {
            end++;
        }
        return streamOrPair.substring(0, end);
    }

    /** Returns whether the stream with the given name carries trades. */
    static boolean isOfTrades(String stream) {
        return stream.endsWith(TRADE_KIND);
    }

    /** Returns the code of the interval of a kline stream. */
    public String interval() {
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
