package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.OpenTimes;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trades of smart money as marks of TradingView's charts: one mark on the bar for each trade, and
 * one on the time axis for each bar with trades. Charts read the texts as HTML, and labels and
 * symbols are untrusted, so the texts have no angle brackets.
 */
final class UdfMarks {

    private static final String BUY = "buy";

    /** The smallest diameter of a mark, in pixels, and what it grows with each power of ten. */
    private static final int MIN_SIZE = 14;

    private static final int SIZE_STEP = 4;
    private static final int MAX_STEPS = 4;

    /** The power of ten in US dollars from which on marks are larger than the smallest. */
    private static final int SMALL_USD_POWER = 2;

    /** The trades that a mark on the time axis names. */
    private static final int MAX_NAMED = 5;

    private static final MathContext SIX_DIGITS = new MathContext(6);

    /** From here on, numbers are written with an exponent. */
    private static final double LARGE = 1e15;

    private static final int SHOWN_OF_ADDRESS = 6;

    private UdfMarks() {}

    /**
     * Returns the marks on bars, in columns.
     *
     * @param trades rows of the table {@code smart_money_trade}
     * @param interval that of the bars
     */
    static ObjectNode onBars(List<Map<String, Object>> trades, Interval interval) {
        ObjectNode marks = Response.object();
        ArrayNode id = marks.putArray("id");
        ArrayNode time = marks.putArray("time");
        ArrayNode color = marks.putArray("color");
        ArrayNode text = marks.putArray("text");
        ArrayNode label = marks.putArray("label");
        ArrayNode labelFontColor = marks.putArray("labelFontColor");
        ArrayNode minSize = marks.putArray("minSize");
        for (Map<String, Object> trade : trades) {
            id.add((String) trade.get("id"));
            time.add(openTime(trade, interval));
            color.add(color(isBuy(trade)));
            text.add(text(trade));
            label.add(label(isBuy(trade)));
            labelFontColor.add("white");
            minSize.add(size(usd(trade)));
        }
        return marks;
    }

    /**
     * Returns the marks on the time axis, ascending.
     *
     * @param trades rows of the table {@code smart_money_trade}
     * @param interval that of the bars
     */
    static List<ObjectNode> onTimeAxis(List<Map<String, Object>> trades, Interval interval) {
        Map<Long, List<Map<String, Object>>> byBar = new TreeMap<>();
        for (Map<String, Object> trade : trades) {
            byBar.computeIfAbsent(openTime(trade, interval), first -> new ArrayList<>()).add(trade);
        }
        List<ObjectNode> marks = new ArrayList<>();
        byBar.forEach((openTime, ofBar) -> marks.add(onTimeAxis(openTime, ofBar)));
        return marks;
    }

    private static ObjectNode onTimeAxis(long openTime, List<Map<String, Object>> trades) {
        double bought = sum(trades, true);
        double sold = sum(trades, false);
        ObjectNode mark =
                Response.object()
                        .put("id", "smart-money-" + openTime)
                        .put("time", openTime)
                        .put("color", color(bought >= sold))
                        .put("label", label(bought >= sold));
        ArrayNode tooltip = mark.putArray("tooltip");
        tooltip.add(
                "%d smart-money %s: bought %s, sold %s"
                        .formatted(
                                trades.size(),
                                trades.size() == 1 ? "trade" : "trades",
                                dollars(bought),
                                dollars(sold)));
        trades.stream()
                .sorted(Comparator.comparingDouble(UdfMarks::usd).reversed())
                .limit(MAX_NAMED)
                .forEach(trade -> tooltip.add(text(trade)));
        if (trades.size() > MAX_NAMED) {
            tooltip.add("and %d more".formatted(trades.size() - MAX_NAMED));
        }
        return mark;
    }

    private static double sum(List<Map<String, Object>> trades, boolean buys) {
        double sum =
                trades.stream()
                        .filter(trade -> isBuy(trade) == buys)
                        .mapToDouble(UdfMarks::usd)
                        .sum();
        return Math.min(sum, Double.MAX_VALUE);
    }

    private static long openTime(Map<String, Object> trade, Interval interval) {
        return OpenTimes.open(interval, number(trade, "block_time").longValue());
    }

    private static boolean isBuy(Map<String, Object> trade) {
        return BUY.equals(trade.get("side"));
    }

    private static String color(boolean isBuy) {
        return isBuy ? "green" : "red";
    }

    private static String label(boolean isBuy) {
        return isBuy ? "B" : "S";
    }

    private static int size(double usd) {
        int steps = usd <= 0 ? 0 : (int) Math.floor(Math.log10(usd)) - SMALL_USD_POWER;
        return MIN_SIZE + SIZE_STEP * Math.max(0, Math.min(MAX_STEPS, steps));
    }

    private static double usd(Map<String, Object> trade) {
        return number(trade, "usd").doubleValue();
    }

    private static Number number(Map<String, Object> trade, String column) {
        return (Number) trade.get(column);
    }

    /** Returns for example {@code a whale bought 0.25 WETH for 12.50 USD at 50, first buy}. */
    private static String text(Map<String, Object> trade) {
        String label = (String) trade.get("label");
        String token = (String) trade.get("token_symbol");
        StringBuilder text = new StringBuilder();
        text.append(label.isEmpty() ? abbreviated((String) trade.get("wallet")) : label);
        text.append(isBuy(trade) ? " bought " : " sold ");
        text.append(amount(number(trade, "token_amount").doubleValue()));
        text.append(token.isEmpty() ? "" : " " + token);
        text.append(" for ").append(dollars(usd(trade)));
        text.append(" at ").append(amount(number(trade, "price_usd").doubleValue()));
        text.append(Boolean.TRUE.equals(trade.get("first_buy")) ? ", first buy" : "");
        text.append(Boolean.TRUE.equals(trade.get("clamp")) ? ", sandwich" : "");
        return text.toString().replace('<', '\u2039').replace('>', '\u203a');
    }

    private static String abbreviated(String address) {
        return address.length() <= 2 * SHOWN_OF_ADDRESS
                ? address
                : address.substring(0, SHOWN_OF_ADDRESS)
                        + '\u2026'
                        + address.substring(address.length() - SHOWN_OF_ADDRESS);
    }

    private static String dollars(double usd) {
        return String.format(Locale.ROOT, usd < LARGE ? "%,.2f USD" : "%.3e USD", usd);
    }

    private static String amount(double amount) {
        if (amount >= LARGE) {
            return String.format(Locale.ROOT, "%.3e", amount);
        }
        BigDecimal rounded = new BigDecimal(amount).round(SIX_DIGITS).stripTrailingZeros();
        return rounded.toPlainString();
    }
}
