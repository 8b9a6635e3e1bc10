package io.dexklines.job.sink.relay;

import io.dexklines.kline.Kline;
import io.dexklines.text.DecimalText;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Pair;

/**
 * A text frame to the relay: lines, each of which is a JSON object with the name of a stream and a
 * payload. Klines have the form of Binance's kline stream, with further members at the end. The
 * text is pure ASCII, since names of pairs are untrusted. It is written without a JSON library for
 * speed, since every kline is encoded once for each relay.
 */
final class RelayFrame {

    private static final long MS_PER_SECOND = 1000;

    private final StringBuilder text = new StringBuilder();
    private int lines;

    /** Adds the line of an event. */
    void add(RelayEvent event) {
        beginLine(event.stream());
        text.append(event.data()).append('}');
    }

    /**
     * Adds the line of a kline. The relay keeps consecutive klines of one pair and time together.
     *
     * @param eventTimeMs when the kline is sent, epoch milliseconds
     */
    void add(Pair pair, Kline kline, long eventTimeMs) {
        beginLine(pair.text() + "@kline_" + kline.interval().code());
        text.append("{\"e\":\"kline\",\"E\":").append(eventTimeMs).append(",\"s\":");
        quoted(pair.text());
        text.append(",\"k\":{\"t\":").append(kline.openTimeMs());
        text.append(",\"T\":").append(kline.closeTimeMs() - 1);
        text.append(",\"s\":");
        quoted(pair.text());
        text.append(",\"i\":\"").append(kline.interval().code());
        text.append("\",\"f\":\"").append(kline.first().text());
        text.append("\",\"L\":\"").append(kline.last().text()).append('"');
        number("o", kline.open());
        number("c", kline.close());
        number("h", kline.high());
        number("l", kline.low());
        number("v", kline.volumeToken());
        text.append(",\"n\":").append(kline.trades());
        text.append(",\"x\":").append(kline.closed());
        number("q", kline.volumeUsd());
        number("V", kline.buyVolumeToken());
        number("Q", kline.buyVolumeUsd());
        number("mo", kline.mcapOpen());
        number("mh", kline.mcapHigh());
        number("ml", kline.mcapLow());
        number("mc", kline.mcapClose());
        text.append(",\"nb\":").append(kline.buys());
        text.append(",\"tf\":").append(kline.first().blockTimeSeconds() * MS_PER_SECOND);
        text.append(",\"tl\":").append(kline.last().blockTimeSeconds() * MS_PER_SECOND);
        text.append("}}}");
    }

    /** Returns the number of lines so far. */
    int lines() {
        return lines;
    }

    /** Returns the number of characters so far, which is also the number of bytes. */
    int length() {
        return text.length();
    }

    /** Returns the lines so far, without a trailing line break. */
    String text() {
        return text.toString();
    }

    private void beginLine(String stream) {
        if (text.length() > 0) {
            text.append('\n');
        }
        lines++;
        text.append("{\"stream\":");
        quoted(stream);
        text.append(",\"data\":");
    }

    private void number(String name, double value) {
        text.append(",\"").append(name).append("\":\"").append(DecimalText.of(value)).append('"');
    }

    private void quoted(String raw) {
        JsonObject.quote(raw, text);
    }
}
